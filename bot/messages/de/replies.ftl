# What is said of photos and the cards in them.

sure = sicher, { $percent }{"\u00A0"}%
probably = wahrscheinlich, { $percent }{"\u00A0"}%
perhaps = vielleicht, { $percent }{"\u00A0"}%
confirmed = bestätigt

unknown-card = eine Karte, die ich nicht benennen kann
unknown-card-because = eine Karte, die ich nicht benennen kann ({ $reason })
reason-not-magic = es scheint keine Magic-Karte von vorn zu sein
reason-too-small = zu klein: geh näher ran
reason-too-blurred = zu unscharf: ruhig halten, mehr Licht
reason-not-known = ich kenne keine Karte mit diesem Namen
reason-unreadable = der Name ist nicht zu lesen: weniger Spiegelung, nichts darauf

better-photo = Am besten geht es näher dran, gerade von oben und ohne Spiegelungen.
no-card = Auf diesem Foto sehe ich keine Magic-Karte, die ich benennen kann. Am besten geht es näher dran, gerade von oben und ohne Spiegelungen.
no-photo = In dieser Nachricht ist kein Foto. Ich kann JPEG, PNG, WebP, GIF, HEIC und AVIF lesen.
token = Spielstein
cards-found = { $count ->
    [one] { $count } Karte
   *[other] { $count } Karten
}
photo-number = Foto { $number }
and-more = … und { $count } weitere
times = { $count }×

printing-probably = wahrscheinlich { $printing }
printing-line = Ausgabe: { $printings }
printings-of-set = eine von { $count } Ausgaben aus { $set }
printings-of-year = eine von { $count } Ausgaben aus { $year }
printings-of-years = eine von { $count } Ausgaben aus den Jahren { $first } bis { $last }
printings-many = eine von { $count } Ausgaben
or-is-it = Oder ist es { $names }?
names-or = { $names } oder { $last }

price-range = { $low } bis { $high }
price-wide = { $amount }, je nach Ausgabe
price-note = Für englische Karten in „Near Mint“; Zustand und Foil erkenne ich nicht.
total = **Zusammen:** { $amount }
total-missing = { $amount } ({ $count ->
    [one] { $count } Karte ohne Preis
   *[other] { $count } Karten ohne Preis
})

annotated-alt = Das Foto, auf dem die Karten umrandet und nummeriert sind: { $cards }
card-alt = Die Karte { $name }

button-wrong = Falsche Karte?
button-list = Alle Karten
button-export = Exportieren
button-remove = Entfernen
button-back = Zurück
button-next = Weiter
list-page = Seite { $page } von { $pages }
which-is-it = Welche Karte ist es?
which-is-card = Welche ist Karte { $number }?

# Putting an answer right.
which-is-wrong = Welche Karte stimmt nicht?
choose-card = Karte wählen
choose-card-from = Karte { $first } bis { $last } wählen
choose-name = Namen wählen
choose-printing = Ausgabe wählen
choose-printing-from = Ausgabe { $first } bis { $last } von { $count } wählen
any-printing = Egal welche
which-printing = Welche Ausgabe ist es?
panel-card = **Karte { $number }**: { $said }
button-right = Das stimmt
button-type = Namen oder Edition und Nummer eingeben
form-title = Karte { $number }
form-name = Name
form-printing = Edition, auch mit Sammlernummer
form-printing-hint = Wie M10, oder M10 146 wie unten auf der Karte. Muss nicht sein.
names-like = Ich kenne keine Karte namens „{ $text }“. Meintest du eine von diesen?
no-name-like = Ich kenne keine Karte, die so ähnlich heißt wie „{ $text }“.
no-printing-like = Ich kenne von keiner Karte eine Ausgabe { $text }.
no-printing-in = Ich kenne von { $name } keine Ausgabe „{ $text }“.
corrected = Danke! Jetzt steht da: { $card }
learnt = Diese Karte erkenne ich von jetzt an am Bild.
not-learnt = Die Korrektur gilt, aber aus diesem Foto kann ich nicht lernen: { $reason }
not-yours = Das kann nur, wer das Foto gepostet hat oder wem die Admins des Servers es anvertraut haben.
too-old = An diese Antwort erinnere ich mich nicht mehr. Poste das Foto noch einmal, dann sehe ich es mir neu an.
refusal-small = die Karte ist darauf zu klein.
refusal-another = die Karte sieht aus wie eine andere, die ich kenne. Prüf bitte, ob der Name stimmt.
refusal-full = mein Speicher für neue Bilder ist voll.
