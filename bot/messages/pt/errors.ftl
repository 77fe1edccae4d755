# What went wrong, and what to do. Keys of the engine's own errors are "photo-" and their code.

photo-empty-file = O arquivo está vazio. Mande de novo ou mande outra foto.
photo-not-an-image = Isto não é uma imagem. Mande uma foto em JPEG, PNG, WebP, HEIC, AVIF ou GIF.
photo-unsupported-image = Não consigo ler este tipo de imagem. Mande a foto em JPEG ou PNG.
photo-damaged-image = A imagem está danificada ou incompleta. Mande de novo ou mande outra foto.
photo-too-many-pixels = A imagem tem pixels demais. Mande uma cópia menor.
photo-image-too-small = A imagem tem poucos pixels para distinguir uma carta. Mande uma maior.
photo-file-too-large = O arquivo é grande demais. Mande uma cópia menor da foto.

not-discord = Só baixo fotos que estejam no próprio Discord.
photo-late = O Discord não entregou a foto a tempo. Tente de novo.
photo-not-had = O Discord não entregou a foto. Tente de novo daqui a um minuto.
photo-gone = A foto não está mais lá. Poste de novo.
photo-too-large = A foto tem mais de { $mebibytes } MiB. Mande uma menor.
busy = { $waiting ->
    [one] Já há { $waiting } foto na fila. Tente de novo daqui a um minuto.
   *[other] Já há { $waiting } fotos na fila. Tente de novo daqui a um minuto.
}
too-late = Demorou demais e eu desisti. Tente de novo daqui a um minuto.
recognisers-away = No momento não consigo olhar fotos. Tente de novo daqui a alguns minutos.
memory-away = No momento não consigo acessar minha memória, por isso nem tudo foi feito. Tente de novo daqui a alguns minutos.
stopping = Estou sendo reiniciado. Tente de novo daqui a um minuto.
incident = Algo deu errado do meu lado (código { $code }). Pode não ser culpa da foto: tente mais uma vez.
