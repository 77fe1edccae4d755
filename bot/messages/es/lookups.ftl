# Cards asked for by name or by picture.

# Names and descriptions of commands and their options: names in small letters, without spaces, 32 letters at most;
# descriptions 100 letters at most.
command-card = carta
command-card-description = Muestra una carta de Magic por su nombre
command-printings = impresiones
command-printings-description = Lista todas las impresiones de una carta de Magic, primero las más recientes
command-similar = parecidas
command-similar-description = Busca las cartas que más se parecen a una foto o a otra carta
option-name = nombre
option-name-description = El nombre de la carta, aunque sea aproximado
option-image = foto
option-image-description = Una foto de una carta
option-top-k = cantidad
option-top-k-description = Cuántas cartas mostrar (de 1 a 10)

lookup-understood = He entendido «{ $asked }» como { $name }.
lookup-which = ¿Qué carta es «{ $name }»?
lookup-pick = Elige una carta
lookup-unknown = No conozco ninguna carta con un nombre parecido a «{ $name }».
lookup-gone = Ya no conozco esa carta. Vuelve a preguntarme por ella.
lookup-no-printing = No conozco la impresión { $printing } de esta carta.
lookup-no-picture = No conozco ninguna imagen suya.
lookup-card-alt = La carta { $name }

lookup-printings-count = { $count ->
    [0] Ninguna impresión conocida
    [one] { $count } impresión
   *[other] { $count } impresiones
}
lookup-printings-button = Impresiones
lookup-no-printings = No conozco ninguna impresión suya.
lookup-page = Página { $page } de { $pages } · { $count } impresiones
lookup-newer = Más recientes
lookup-older = Más antiguas

# $amount is written as the language writes sums of money.
lookup-money = { $amount }
lookup-foil = foil { $price }
lookup-price-dated = { $prices } (a fecha de { DATETIME($date, dateStyle: "medium") })
lookup-no-price = No conozco el precio de esta impresión.
lookup-price-range = de { $lowest } a { $highest } en { $count } impresiones
lookup-range-date = Precios del { DATETIME($date, dateStyle: "medium") }, según Scryfall.

# $page is a link to Scryfall.
lookup-legality-dated = A fecha de { $date }. De lo que no aparece en la lista no sé nada: consulta { $page }.
lookup-legality-unknown = No sé en qué formatos es legal: consulta { $page }.

lookup-similar-to = Se parece a { $name }
lookup-similar-photo = Se parece a esta foto
lookup-similar-note = Solo por la imagen; 100{"\u00A0"}% sería la misma imagen. Solo comparo cartas cuya imagen conozco.
lookup-similar-no-picture = No conozco ninguna imagen de { $name } con la que comparar otras.
lookup-similar-one = Dame una foto o el nombre de una carta, solo una de las dos cosas.
lookup-not-a-photo = Eso no es una foto. Puedo leer JPEG, PNG, WebP, GIF, HEIC y AVIF.

rarity-common = común
rarity-uncommon = infrecuente
rarity-rare = rara
rarity-mythic = rara mítica
rarity-special = especial
rarity-bonus = adicional

status-legal = legal
status-not-legal = no legal
status-restricted = restringida
status-banned = prohibida

format-standard = Estándar
format-future = Estándar futuro
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
format-standardbrawl = Brawl Estándar
format-brawl = Brawl
format-competitivebrawl = Brawl competitivo
format-alchemy = Alchemy
format-paupercommander = Pauper Commander
format-duel = Duel Commander
format-oldschool = Old School
format-premodern = Premodern
format-predh = PreDH
format-tlr = TLR
