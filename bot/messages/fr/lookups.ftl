# Cards asked for by name or by picture.

# Names and descriptions of commands and their options: names in small letters, without spaces, 32 letters at most;
# descriptions 100 letters at most.
command-card = carte
command-card-description = Afficher une carte Magic par son nom
command-printings = impressions
command-printings-description = Lister toutes les impressions d’une carte Magic, de la plus récente à la plus ancienne
command-similar = ressemblances
command-similar-description = Trouver les cartes qui ressemblent le plus à une photo ou à une autre carte
option-name = nom
option-name-description = Le nom de la carte, même approximatif
option-image = photo
option-image-description = La photo d’une carte
option-top-k = nombre
option-top-k-description = Combien de cartes afficher (de 1 à 10)

lookup-understood = J’ai compris « { $asked } » comme { $name }.
lookup-which = Quelle carte est « { $name } » ?
lookup-pick = Choisis une carte
lookup-unknown = Je ne connais aucune carte au nom proche de « { $name } ».
lookup-gone = Je ne connais plus cette carte. Redemande-la-moi.
lookup-no-printing = Je ne connais pas d’impression { $printing } de cette carte.
lookup-no-picture = Je n’en connais aucune image.
lookup-card-alt = La carte { $name }

lookup-printings-count = { $count ->
    [0] Aucune impression connue
    [one] { $count } impression
   *[other] { $count } impressions
}
lookup-printings-button = Impressions
lookup-no-printings = Je n’en connais aucune impression.
lookup-page = Page { $page } sur { $pages } · { $count } impressions
lookup-newer = Plus récentes
lookup-older = Plus anciennes

# $amount is written as the language writes sums of money.
lookup-money = { $amount }
lookup-foil = foil { $price }
lookup-price-dated = { $prices } (au { DATETIME($date, dateStyle: "medium") })
lookup-no-price = Je ne connais pas le prix de cette impression.
lookup-price-range = de { $lowest } à { $highest } pour { $count } impressions
lookup-range-date = Prix du { DATETIME($date, dateStyle: "medium") }, fournis par Scryfall.

# $page is a link to Scryfall.
lookup-legality-dated = Au { $date }. Ce qui n’est pas dans la liste, je ne le sais pas : voir { $page }.
lookup-legality-unknown = Je ne sais pas dans quels formats elle est légale : voir { $page }.

lookup-similar-to = Ressemble à { $name }
lookup-similar-photo = Ressemble à cette photo
lookup-similar-note = D’après l’image seule ; 100 % serait la même image. Je ne compare que les cartes dont je connais l’image.
lookup-similar-no-picture = Je ne connais aucune image de { $name } à laquelle comparer les autres.
lookup-similar-one = Donne-moi soit une photo, soit le nom d’une carte.
lookup-not-a-photo = Ce n’est pas une photo. Je peux lire JPEG, PNG, WebP, GIF, HEIC et AVIF.

rarity-common = commune
rarity-uncommon = peu commune
rarity-rare = rare
rarity-mythic = mythique rare
rarity-special = spéciale
rarity-bonus = bonus

status-legal = légale
status-not-legal = non légale
status-restricted = restreinte
status-banned = bannie

format-standard = Standard
format-future = Futur Standard
format-historic = Historic
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
format-standardbrawl = Brawl Standard
format-brawl = Brawl
format-competitivebrawl = Brawl compétitif
format-alchemy = Alchemy
format-paupercommander = Pauper Commander
format-duel = Duel Commander
format-oldschool = Old School
format-premodern = Premodern
format-predh = PreDH
format-tlr = TLR
