# What is said of photos and the cards in them.

sure = certeza, { $percent }%
probably = provavelmente, { $percent }%
perhaps = talvez, { $percent }%
confirmed = confirmado

unknown-card = uma carta que não sei nomear
unknown-card-because = uma carta que não sei nomear ({ $reason })
reason-not-magic = não parece a face de uma carta de Magic
reason-too-small = pequena demais: chegue mais perto
reason-too-blurred = borrada demais: mantenha firme, mais luz
reason-not-known = não conheço nenhuma carta com esse nome
reason-unreadable = não dá para ler o nome: menos reflexo, nada por cima

better-photo = O melhor é mais de perto, bem de cima e com menos reflexo.
no-card = Não vejo nesta foto nenhuma carta de Magic que eu saiba nomear. O melhor é mais de perto, bem de cima e com menos reflexo.
no-photo = Não há foto nessa mensagem. Consigo ler JPEG, PNG, WebP, GIF, HEIC e AVIF.
token = ficha
cards-found = { $count ->
    [one] { $count } carta
   *[other] { $count } cartas
}
photo-number = Foto { $number }
and-more = … e mais { $count }
times = { $count }×

printing-probably = provavelmente { $printing }
printing-line = Impressão: { $printings }
printings-of-set = uma de { $count } impressões de { $set }
printings-of-year = uma de { $count } impressões de { $year }
printings-of-years = uma de { $count } impressões de { $first } a { $last }
printings-many = uma de { $count } impressões
or-is-it = Ou será { $names }?
names-or = { $names } ou { $last }

price-range = { $low } a { $high }
price-wide = { $amount }, dependendo da impressão
price-note = Para cópias em inglês, Near Mint; não avalio o estado nem se é foil.
total = **No total:** { $amount }
total-missing = { $amount } ({ $count ->
    [one] { $count } carta sem preço
   *[other] { $count } cartas sem preço
})

annotated-alt = A foto com as cartas contornadas e numeradas: { $cards }
card-alt = A carta { $name }

button-wrong = Não é esta?
button-list = Todas as cartas
button-export = Exportar
button-remove = Remover
button-back = Anterior
button-next = Próxima
list-page = Página { $page } de { $pages }
which-is-it = Qual é a carta?
which-is-card = Qual é a carta { $number }?

# Putting an answer right.
which-is-wrong = Qual carta não está certa?
choose-card = Escolha a carta
choose-card-from = Escolha entre as cartas { $first } a { $last }
choose-name = Escolha o nome
choose-printing = Escolha a impressão
choose-printing-from = Escolha entre as impressões { $first } a { $last } de { $count }
any-printing = Tanto faz qual
which-printing = Qual é a impressão?
panel-card = **Carta { $number }**: { $said }
button-right = Está certa
button-type = Digitar o nome, ou a coleção e o número
form-title = Carta { $number }
form-name = Nome
form-printing = Coleção, ou coleção e número
form-printing-hint = Como M10, ou M10 146 como no rodapé da carta. Opcional.
names-like = Não conheço nenhuma carta chamada “{ $text }”. Você quis dizer uma destas?
no-name-like = Não conheço nenhuma carta com nome parecido com “{ $text }”.
no-printing-like = Não conheço a impressão { $text } de nenhuma carta.
no-printing-in = Não conheço nenhuma impressão “{ $text }” de { $name }.
corrected = Obrigado! Agora está assim: { $card }
learnt = De agora em diante vou reconhecer esta carta pela imagem.
not-learnt = A correção foi feita, mas não consigo aprender com esta foto: { $reason }
not-yours = Só quem postou a foto, ou alguém em quem os admins do servidor confiam para isso, pode fazer isso.
too-old = Não me lembro mais desta resposta. Poste a foto de novo e eu dou outra olhada.
refusal-small = a carta está pequena demais nela.
refusal-another = a carta se parece com outra que conheço. Confira se é mesmo a certa.
refusal-full = minha memória para novas imagens está cheia.
