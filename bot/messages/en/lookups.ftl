# Looking up cards by name or by picture.

# Names of commands and options: lower case, no spaces, at most 32 letters; descriptions at most 100.
command-card = card
command-card-description = Show a Magic card by its name
command-printings = printings
command-printings-description = List all printings of a Magic card, newest first
command-similar = similar
command-similar-description = Find the cards that look most like a photo or like another card
option-name = name
option-name-description = The card’s name, or something like it
option-image = image
option-image-description = A photo of a card
option-top-k = top_k
option-top-k-description = How many cards to show (1 to 10)

lookup-understood = I took “{ $asked }” to mean { $name }.
lookup-which = Which card is “{ $name }”?
lookup-pick = Choose a card
lookup-unknown = I don’t know a card with a name like “{ $name }”.
lookup-gone = I don’t know that card any more. Please ask for it again.
lookup-no-printing = I don’t know a printing { $printing } of this card.
lookup-no-picture = I don’t have a picture of this card.
lookup-card-alt = The card { $name }

lookup-printings-count = { $count ->
    [0] No known printings
    [one] { $count } printing
   *[other] { $count } printings
}
lookup-printings-button = Printings
lookup-no-printings = I don’t know any printings of this card.
lookup-page = Page { $page } of { $pages } · { $count } printings
lookup-newer = Newer
lookup-older = Older

# $amount is formatted as is usual in the language.
lookup-money = { $amount }
lookup-foil = foil { $price }
lookup-price-dated = { $prices } (on { DATETIME($date, dateStyle: "medium") })
lookup-no-price = I don’t know a price for this printing.
lookup-price-range = { $lowest } to { $highest } ({ $count } printings with a known price)
lookup-range-date = Prices as of { DATETIME($date, dateStyle: "medium") }, from Scryfall.

# $page is a link to Scryfall.
lookup-legality-dated = As of { $date }. For formats not listed here, see { $page }.
lookup-legality-unknown = I don’t know which formats it’s legal in: see { $page }.

lookup-similar-to = Cards that look like { $name }
lookup-similar-photo = Cards that look like this photo
lookup-similar-note = Compared by picture alone; 100% would be the same picture. Only cards whose pictures I know are compared.
lookup-similar-no-picture = I don’t have a picture of { $name } to compare others with.
lookup-similar-one = Give me either a photo or a card’s name.
lookup-not-a-photo = That isn’t a photo. I can read JPEG, PNG, WebP, GIF, HEIC and AVIF.

rarity-common = common
rarity-uncommon = uncommon
rarity-rare = rare
rarity-mythic = mythic rare
rarity-special = special
rarity-bonus = bonus

status-legal = legal
status-not-legal = not legal
status-restricted = restricted
status-banned = banned

format-standard = Standard
format-future = Future Standard
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
format-standardbrawl = Standard Brawl
format-brawl = Brawl
format-competitivebrawl = Competitive Brawl
format-alchemy = Alchemy
format-paupercommander = Pauper Commander
format-duel = Duel Commander
format-oldschool = Old School
format-premodern = Premodern
format-predh = PreDH
format-tlr = TLR
