# Cards asked for by name or by picture.

# Names and descriptions of commands and their options: names in small letters, without spaces, 32 letters at most;
# descriptions 100 letters at most.
command-card = karte
command-card-description = Eine Magic-Karte nach ihrem Namen zeigen
command-printings = ausgaben
command-printings-description = Alle Ausgaben einer Magic-Karte auflisten, die neueste zuerst
command-similar = ähnlich
command-similar-description = Die Karten finden, die einem Foto oder einer anderen Karte am ähnlichsten sehen
option-name = name
option-name-description = Der Name der Karte, auch ungefähr
option-image = foto
option-image-description = Ein Foto einer Karte
option-top-k = anzahl
option-top-k-description = Wie viele Karten gezeigt werden (1 bis 10)

lookup-understood = „{ $asked }“ habe ich als { $name } verstanden.
lookup-which = Welche Karte ist „{ $name }“?
lookup-pick = Karte wählen
lookup-unknown = Ich kenne keine Karte, die so ähnlich heißt wie „{ $name }“.
lookup-gone = Diese Karte kenne ich nicht mehr. Bitte frag noch einmal nach ihr.
lookup-no-printing = Von dieser Karte kenne ich keine Ausgabe { $printing }.
lookup-no-picture = Ich kenne kein Bild davon.
lookup-card-alt = Die Karte { $name }

lookup-printings-count = { $count ->
    [0] Keine Ausgabe bekannt
    [one] { $count } Ausgabe
   *[other] { $count } Ausgaben
}
lookup-printings-button = Ausgaben
lookup-no-printings = Ich kenne keine Ausgabe davon.
lookup-page = Seite { $page } von { $pages } · { $count } Ausgaben
lookup-newer = Neuere
lookup-older = Ältere

# $amount is written as the language writes sums of money.
lookup-money = { $amount }
lookup-foil = foil { $price }
lookup-price-dated = { $prices } (Stand: { DATETIME($date, dateStyle: "medium") })
lookup-no-price = Ich kenne keinen Preis dieser Ausgabe.
lookup-price-range = { $lowest } bis { $highest } bei { $count } Ausgaben
lookup-range-date = Preise vom { DATETIME($date, dateStyle: "medium") }, von Scryfall.

# $page is a link to Scryfall.
lookup-legality-dated = Stand: { $date }. Was hier nicht steht, ist mir nicht bekannt: siehe { $page }.
lookup-legality-unknown = In welchen Formaten sie legal ist, ist mir nicht bekannt: siehe { $page }.

lookup-similar-to = Sieht aus wie { $name }
lookup-similar-photo = Sieht aus wie dieses Foto
lookup-similar-note = Nur nach dem Bild; 100{"\u00A0"}% wäre dasselbe Bild. Verglichen werden nur Karten, deren Bild ich kenne.
lookup-similar-no-picture = Ich kenne kein Bild von { $name }, mit dem ich andere vergleichen könnte.
lookup-similar-one = Gib mir entweder ein Foto oder den Namen einer Karte.
lookup-not-a-photo = Das ist kein Foto. Ich kann JPEG, PNG, WebP, GIF, HEIC und AVIF lesen.

rarity-common = häufig
rarity-uncommon = nicht ganz so häufig
rarity-rare = selten
rarity-mythic = sagenhaft selten
rarity-special = Spezial
rarity-bonus = Bonus

status-legal = legal
status-not-legal = nicht legal
status-restricted = eingeschränkt
status-banned = verboten

format-standard = Standard
format-future = Künftiges Standard
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
format-standardbrawl = Standard-Brawl
format-brawl = Brawl
format-competitivebrawl = Competitive Brawl
format-alchemy = Alchemy
format-paupercommander = Pauper-Commander
format-duel = Duel Commander
format-oldschool = Old School
format-premodern = Premodern
format-predh = PreDH
format-tlr = TLR
