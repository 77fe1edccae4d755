# Cards asked for by name or by picture.

# Names and descriptions of commands and their options: names in small letters, without spaces, 32 letters at most;
# descriptions 100 letters at most.
command-card = carta
command-card-description = Mostra uma carta de Magic pelo nome
command-printings = impressões
command-printings-description = Lista todas as impressões de uma carta de Magic, da mais nova à mais antiga
command-similar = parecidas
command-similar-description = Encontra as cartas mais parecidas com uma foto ou com outra carta
option-name = nome
option-name-description = O nome da carta, mesmo aproximado
option-image = foto
option-image-description = Uma foto de uma carta
option-top-k = quantidade
option-top-k-description = Quantas cartas mostrar (de 1 a 10)

lookup-understood = Entendi “{ $asked }” como { $name }.
lookup-which = Qual carta é “{ $name }”?
lookup-pick = Escolha uma carta
lookup-unknown = Não conheço nenhuma carta com nome parecido com “{ $name }”.
lookup-gone = Não conheço mais essa carta. Pergunte por ela de novo.
lookup-no-printing = Não conheço a impressão { $printing } desta carta.
lookup-no-picture = Não conheço nenhuma imagem dela.
lookup-card-alt = A carta { $name }

lookup-printings-count = { $count ->
    [0] Nenhuma impressão conhecida
    [one] { $count } impressão
   *[other] { $count } impressões
}
lookup-printings-button = Impressões
lookup-no-printings = Não conheço nenhuma impressão dela.
lookup-page = Página { $page } de { $pages } · { $count } impressões
lookup-newer = Mais novas
lookup-older = Mais antigas

# $amount is written as the language writes sums of money.
lookup-money = { $amount }
lookup-foil = foil { $price }
lookup-price-dated = { $prices } (em { DATETIME($date, dateStyle: "medium") })
lookup-no-price = Não conheço o preço desta impressão.
lookup-price-range = de { $lowest } a { $highest } em { $count } impressões
lookup-range-date = Preços de { DATETIME($date, dateStyle: "medium") }, vindos do Scryfall.

# $page is a link to Scryfall.
lookup-legality-dated = Em { $date }. Do que não está na lista eu não sei: veja { $page }.
lookup-legality-unknown = Não sei em quais formatos ela é válida: veja { $page }.

lookup-similar-to = Parece com { $name }
lookup-similar-photo = Parece com esta foto
lookup-similar-note = Só pela imagem; 100% seria a mesma imagem. Só comparo cartas cuja imagem conheço.
lookup-similar-no-picture = Não conheço nenhuma imagem de { $name } para comparar com outras.
lookup-similar-one = Me dê ou uma foto ou o nome de uma carta.
lookup-not-a-photo = Isso não é uma foto. Consigo ler JPEG, PNG, WebP, GIF, HEIC e AVIF.

rarity-common = comum
rarity-uncommon = incomum
rarity-rare = rara
rarity-mythic = rara mítica
rarity-special = especial
rarity-bonus = bônus

status-legal = válida
status-not-legal = não válida
status-restricted = restrita
status-banned = banida

format-standard = Padrão
format-future = Padrão futuro
format-historic = Histórico
format-timeless = Timeless
format-gladiator = Gladiator
format-pioneer = Pioneer
format-modern = Modern
format-legacy = Legacy
format-pauper = Pauper
format-vintage = Vintage
format-penny = Penny Dreadful
format-commander = Commander
format-oathbreaker = Oathbreaker
format-standardbrawl = Brawl Padrão
format-brawl = Brawl
format-competitivebrawl = Brawl competitivo
format-alchemy = Alchemy
format-paupercommander = Pauper Commander
format-duel = Duel Commander
format-oldschool = Old School
format-premodern = Premodern
format-predh = PreDH
format-tlr = TLR
