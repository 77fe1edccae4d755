# Names of commands and options: lower case, no spaces, at most 32 letters; descriptions at most 100.
command-identify = identify
command-identify-description = Name the Magic cards in a photo
menu-identify = Identify cards
option-image-more = image{ $number }
identify-image-description = The photo
identify-more-description = Another photo
identify-top-k-description = How many candidates to consider for each card (1 to 10)
command-help = help
command-help-description = What I can do, and how to take a photo I can read
command-about = about
command-about-description = Which version this is, what it knows, and who runs it
command-privacy = privacy
command-privacy-description = What is stored, for how long, and how to delete it
command-currency = currency
command-currency-description = The currency of the prices you see

help-title = What I can do
help-photos = **Photos:** send me one in a direct message, mention me with one, or use `/identify`. On anyone’s message, choose *Apps → Identify cards*. In channels chosen by the server’s admins, I answer every photo that shows a card.
help-answers = **Answers:** you can rely on names I’m *sure* of. *Probably* and *perhaps* come with a menu: choose the right card. “Not this one?” corrects a name or a printing, “Export” makes a deck list and CSV files, “Remove” deletes my answer.
help-names = **By name:** `/card`, `/printings`, `/similar`. Where the admins have turned it on: `[[Fog]]`, `[[Fog|LEA|194]]`, `[[!Fog]]` for the picture, `[[$Fog]]` for the price, `[[#Fog]]` for legality.
help-prices = **Prices:** of the printing, or the range of those it may be. They are Scryfall’s, for near mint copies in English; I can’t tell condition or foil. `/currency` chooses dollars or euros.
help-tips = **Good photos:** one to nine cards, from straight above, without glare, with all titles visible. A whole deck is fine too, up to 100 cards, if every title shows. Sleeves are fine.
help-admins = **Admins:** `/settings`.

about-title = cardglass { $version }
about-knows = I know { NUMBER($cards) } cards by name and { NUMBER($pictures) } card faces by picture (catalogue of { DATETIME($date, dateStyle: "medium") }).
about-cards-fetched = Cards and prices were last fetched on { DATETIME($date, dateStyle: "medium") }.
about-cards-running = I’m fetching the newest cards right now: { $progress }
about-cards-failed = The last attempt to fetch new cards failed ({ $code }); I’ll try again.
about-runs = I’m in { $servers ->
    [one] { $servers } server
   *[other] { NUMBER($servers) } servers
}, and I run on my operator’s machine. Over the network I talk only to Discord.
about-contact = Run by: { $contact }
about-rights = cardglass is unofficial Fan Content permitted under the Fan Content Policy. Not approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©Wizards of the Coast LLC.
about-thanks = Names, links and pictures come from Scryfall, which does not endorse cardglass.

privacy-title = What is stored
privacy-photos = **Photos:** are downloaded from Discord, processed in memory, and discarded. None are kept, and none are used for training.
privacy-answers = **Answers:** what I said about your photo (names, printings, where the cards were), your ID, and the IDs of the message and the channel are kept for { $days ->
    [one] { $days } day
   *[other] { $days } days
}, so that the buttons work. So are corrections.
privacy-learning = **Learning:** when someone the admins trust confirms a card, I keep a vector of 192 numbers that describes the card’s face, with the IDs of the server, the message and that person. It can’t be turned back into a picture.
privacy-servers = **Servers:** what the admins choose in `/settings` is kept until I’m removed from the server. What you choose with `/currency` is kept until you delete it.
privacy-logs = **Logs:** contain no photos, messages or names.
privacy-delete = The button deletes everything stored about you, at once.
privacy-contact = Questions: { $contact }
button-forget = Delete everything stored about me
forgotten = Deleted: { $answers ->
    [one] { $answers } answer
   *[other] { $answers } answers
}, { $corrections ->
    [one] { $corrections } correction
   *[other] { $corrections } corrections
} and { $learnt ->
    [one] { $learnt } learnt picture
   *[other] { $learnt } learnt pictures
}.

export-title = { $count ->
    [one] { $count } card
   *[other] { $count } cards
}, as a deck list and as CSV files for import.
export-unsure = { $count ->
    [one] { $count } of them is uncertain: please check it.
   *[other] { $count } of them are uncertain: please check them.
}
export-tokens = Tokens are in the CSV files only.
export-languages = Languages other than English are in the CSV files only: { $languages }.
export-without-printing = { $count ->
    [one] I don’t know the printing of { $count } card: ManaBox will leave it out.
   *[other] I don’t know the printings of { $count } cards: ManaBox will leave them out.
}
export-nothing = There are no named cards here to export.
button-thread = Everything in this thread
