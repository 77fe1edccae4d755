# Names of commands and options: lower case, no spaces, at most 32 letters; descriptions at most 100.
command-identify = erkennen
command-identify-description = Die Magic-Karten auf einem Foto benennen
menu-identify = Karten erkennen
option-image-more = foto{ $number }
identify-image-description = Das Foto
identify-more-description = Noch ein Foto
identify-top-k-description = Wie viele Namen für jede Karte infrage kommen (1 bis 10)
command-help = hilfe
command-help-description = Was ich kann und welche Fotos ich gut lesen kann
command-about = info
command-about-description = Welche Version das ist, was sie kennt und wer sie betreibt
command-privacy = datenschutz
command-privacy-description = Was gespeichert wird, wie lange, und wie du es löschst
command-currency = währung
command-currency-description = Die Währung der Preise, die du siehst

help-title = Was ich kann
help-photos = **Fotos:** Schick mir eins als Direktnachricht, erwähne mich zusammen mit einem oder nimm `/erkennen`. Bei Nachrichten von anderen: *Apps → Karten erkennen*. In Kanälen, die die Admins des Servers ausgewählt haben, antworte ich auf jedes Foto mit einer Karte.
help-answers = **Antworten:** Bei *sicher* kannst du dich darauf verlassen. Zu *wahrscheinlich* und *vielleicht* gibt es ein Menü: Wähle darin die richtige Karte. „Falsche Karte?“ korrigiert Namen oder Ausgabe, „Exportieren“ macht daraus eine Deckliste und CSV-Dateien, „Entfernen“ löscht meine Antwort.
help-names = **Nach Namen:** `/karte`, `/ausgaben`, `/ähnlich`. Wo die Admins es eingeschaltet haben: `[[Fog]]`, `[[Fog|LEA|194]]`, `[[!Fog]]` für das Bild, `[[$Fog]]` für den Preis, `[[#Fog]]` für die Formate, in denen die Karte legal ist.
help-prices = **Preise:** der Preis der Ausgabe oder die Spanne aller, die es sein können. Sie kommen von Scryfall und gelten für englische Karten in „Near Mint“; Zustand und Foil erkenne ich nicht. `/währung` wählt Dollar oder Euro.
help-tips = **Gute Fotos:** eine bis neun Karten, gerade von oben, ohne Spiegelungen, die Namen nicht verdeckt. Auch ein ganzes Deck geht, bis zu 100 Karten, wenn jeder Name zu sehen ist. Hüllen stören nicht.
help-admins = **Admins:** `/einstellungen`.

about-title = cardglass { $version }
about-knows = Ich kenne { NUMBER($cards) } Karten dem Namen nach und { NUMBER($pictures) } Kartenseiten am Bild (Katalog vom { DATETIME($date, dateStyle: "medium") }).
about-cards-fetched = Karten und Preise wurden zuletzt am { DATETIME($date, dateStyle: "medium") } geholt.
about-cards-running = Ich hole gerade die neuesten Karten: { $progress }
about-cards-failed = Der letzte Versuch, neue Karten zu holen, ist gescheitert ({ $code }); ich versuche es wieder.
about-runs = Ich bin auf { $servers ->
    [one] { $servers } Server
   *[other] { NUMBER($servers) } Servern
} im Einsatz und laufe auf dem Rechner der Person, die mich betreibt. Übers Netz rede ich nur mit Discord.
about-contact = Betrieben von: { $contact }
about-rights = cardglass is unofficial Fan Content permitted under the Fan Content Policy. Not approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©Wizards of the Coast LLC.
about-thanks = Namen, Links und Bilder stammen von Scryfall. Scryfall unterstützt cardglass nicht.

privacy-title = Was gespeichert wird
privacy-photos = **Fotos** werden von Discord geladen, im Arbeitsspeicher angesehen und vergessen. Keins wird aufbewahrt, keins wird zum Trainieren benutzt.
privacy-answers = **Antworten:** Was ich zu deinem Foto gesagt habe (Namen, Ausgaben, wo die Karten lagen), deine ID und die IDs der Nachricht und des Kanals bleiben { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
} gespeichert, damit die Knöpfe funktionieren. Korrekturen ebenso.
privacy-learning = **Lernen:** Wenn jemand, dem die Admins vertrauen, eine Karte bestätigt, wird ein Vektor aus 192 Zahlen gespeichert, der die Karte beschreibt, dazu die IDs des Servers, der Nachricht und der Person. Ein Bild lässt sich daraus nicht machen.
privacy-servers = **Server:** Was die Admins unter `/einstellungen` wählen, bleibt gespeichert, bis ich entfernt werde. Was du mit `/währung` wählst, bleibt gespeichert, bis du es löschst.
privacy-logs = **Protokolle** enthalten weder Fotos noch Nachrichten noch Namen.
privacy-delete = Der Knopf löscht sofort alles, was über dich gespeichert ist.
privacy-contact = Fragen: { $contact }
button-forget = Alles über mich löschen
forgotten = Gelöscht: { $answers ->
    [one] { $answers } Antwort
   *[other] { $answers } Antworten
}, { $corrections ->
    [one] { $corrections } Korrektur
   *[other] { $corrections } Korrekturen
} und { $learnt ->
    [one] { $learnt } gelerntes Bild
   *[other] { $learnt } gelernte Bilder
}.

export-title = { $count ->
    [one] { $count } Karte
   *[other] { $count } Karten
} als Deckliste und als CSV-Dateien zum Importieren.
export-unsure = { $count ->
    [one] { $count } davon ist nicht sicher: Sieh bitte nach.
   *[other] { $count } davon sind nicht sicher: Sieh bitte nach.
}
export-tokens = Spielsteine stehen nur in den CSV-Dateien.
export-languages = Andere Sprachen als Englisch stehen nur in den CSV-Dateien: { $languages }.
export-without-printing = { $count ->
    [one] Von { $count } Karte kenne ich die Ausgabe nicht: ManaBox lässt sie weg.
   *[other] Von { $count } Karten kenne ich die Ausgabe nicht: ManaBox lässt sie weg.
}
export-nothing = Hier ist keine Karte mit Namen, die sich exportieren ließe.
button-thread = Alles aus diesem Thread
