# Names of commands and options: lower case, no spaces, at most 32 letters; descriptions at most 100.
command-identify = identificar
command-identify-description = Diz o nome das cartas de Magic em uma foto
menu-identify = Identificar cartas
option-image-more = foto{ $number }
identify-image-description = A foto
identify-more-description = Outra foto
identify-top-k-description = Quantos nomes considerar para cada carta (de 1 a 10)
command-help = ajuda
command-help-description = O que eu sei fazer e como tirar uma foto que eu consiga ler
command-about = sobre
command-about-description = Que versão é esta, o que ela conhece e quem a mantém
command-privacy = privacidade
command-privacy-description = O que fica guardado, por quanto tempo e como apagar
command-currency = moeda
command-currency-description = A moeda dos preços que você vê

help-title = O que eu sei fazer
help-photos = **Fotos:** me mande uma por mensagem direta, me mencione junto com uma ou use `/identificar`. Na mensagem de outra pessoa: *Apps → Identificar cartas*. Nos canais que os admins do servidor escolheram, respondo a toda foto que tenha uma carta.
help-answers = **Respostas:** quando digo *certeza*, pode confiar. *Provavelmente* e *talvez* vêm com um menu: escolha nele a carta certa. “Não é esta?” corrige o nome ou a impressão, “Exportar” monta uma lista de deck e arquivos CSV, “Remover” apaga minha resposta.
help-names = **Pelo nome:** `/carta`, `/impressões`, `/parecidas`. Onde os admins ativaram: `[[Fog]]`, `[[Fog|LEA|194]]`, `[[!Fog]]` para a imagem, `[[$Fog]]` para o preço, `[[#Fog]]` para os formatos em que ela é válida.
help-prices = **Preços:** o da impressão, ou a faixa das que ela pode ser. São do Scryfall, para cópias em inglês, Near Mint; não avalio o estado nem se é foil. `/moeda` escolhe dólares ou euros.
help-tips = **Boas fotos:** de uma a nove cartas, bem de cima, sem reflexos e com os nomes à vista. Um deck inteiro também serve, até 100 cartas, se cada nome aparecer. Sleeves não atrapalham.
help-admins = **Admins:** `/configurações`.

about-title = cardglass { $version }
about-knows = Conheço { NUMBER($cards) } cartas pelo nome e { NUMBER($pictures) } faces pela imagem (catálogo de { DATETIME($date, dateStyle: "medium") }).
about-cards-fetched = As cartas e os preços foram baixados pela última vez em { DATETIME($date, dateStyle: "medium") }.
about-cards-running = Estou baixando as cartas mais recentes: { $progress }
about-cards-failed = A última tentativa de baixar cartas novas falhou ({ $code }); vou tentar de novo.
about-runs = Estou em { $servers ->
    [one] { $servers } servidor
   *[other] { NUMBER($servers) } servidores
} e funciono na máquina de quem me hospeda. Pela rede, só falo com o Discord.
about-contact = Quem me hospeda: { $contact }
about-rights = cardglass is unofficial Fan Content permitted under the Fan Content Policy. Not approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©Wizards of the Coast LLC.
about-thanks = Nomes, links e imagens vêm do Scryfall, que não endossa o cardglass.

privacy-title = O que fica guardado
privacy-photos = **Fotos:** são baixadas do Discord, vistas na memória e esquecidas. Nenhuma é guardada nem usada para treinamento.
privacy-answers = **Respostas:** o que eu disse da sua foto (nomes, impressões, onde as cartas estavam), o seu ID e os IDs da mensagem e do canal ficam guardados por { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}, para que os botões funcionem. As correções também.
privacy-learning = **Aprendizado:** quando alguém em quem os admins confiam confirma uma carta, fica guardado um vetor de 192 números que descreve a face da carta, com os IDs do servidor, da mensagem e da pessoa. Não dá para refazer uma imagem a partir dele.
privacy-servers = **Servidores:** o que os admins escolhem em `/configurações` fica guardado até eu ser removido do servidor. O que você escolhe com `/moeda` fica guardado até você apagar.
privacy-logs = **Registros:** não contêm fotos, mensagens nem nomes.
privacy-delete = O botão apaga na hora tudo o que está guardado sobre você.
privacy-contact = Perguntas: { $contact }
button-forget = Apagar tudo o que há sobre mim
forgotten = Apagado: { $answers ->
    [one] { $answers } resposta
   *[other] { $answers } respostas
}, { $corrections ->
    [one] { $corrections } correção
   *[other] { $corrections } correções
} e { $learnt ->
    [one] { $learnt } imagem aprendida
   *[other] { $learnt } imagens aprendidas
}.

export-title = { $count ->
    [one] { $count } carta
   *[other] { $count } cartas
}, em uma lista de deck e em arquivos CSV para importar.
export-unsure = { $count ->
    [one] { $count } delas não é certeza: confira.
   *[other] { $count } delas não são certeza: confira.
}
export-tokens = As fichas estão só nos arquivos CSV.
export-languages = Os idiomas que não o inglês constam apenas nos arquivos CSV: { $languages }.
export-without-printing = { $count ->
    [one] Não sei qual é a impressão de { $count } carta: o ManaBox a deixa de fora.
   *[other] Não sei qual é a impressão de { $count } cartas: o ManaBox as deixa de fora.
}
export-nothing = Aqui não há nenhuma carta com nome para exportar.
button-thread = Tudo deste tópico
