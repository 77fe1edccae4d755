# Answers to photos and the cards in them.

sure = sure, { $percent }%
probably = probably, { $percent }%
perhaps = perhaps, { $percent }%
confirmed = confirmed

unknown-card = a card I can’t name
unknown-card-because = a card I can’t name ({ $reason })
reason-not-magic = it doesn’t look like the face of a Magic card
reason-too-small = too small: come closer
reason-too-blurred = too blurred: hold still, more light
reason-not-known = I don’t know a card with that title
reason-unreadable = its title can’t be read: avoid glare, and don’t cover it

better-photo = Photos work best close up, from straight above, and without glare.
no-card = I don’t see a Magic card I can name in this photo. Photos work best close up, from straight above, and without glare.
no-photo = There is no photo in that message. I can read JPEG, PNG, WebP, GIF, HEIC and AVIF.
token = token
cards-found = { $count ->
    [one] { $count } card
   *[other] { $count } cards
}
photo-number = Photo { $number }
and-more = … and { $count } more
times = { $count }×

printing-probably = probably { $printing }
printing-line = Printing: { $printings }
printings-two = { $first } or { $second }
printings-more = { $printings } or { $count } more
or-is-it = Or is it { $names }?
names-or = { $names } or { $last }

annotated-alt = The photo with its cards outlined and numbered: { $cards }
card-alt = The card { $name }

button-wrong = Not this one?
button-list = All cards
button-export = Export
button-remove = Remove
button-back = Back
button-next = Next
list-page = Page { $page } of { $pages }
which-is-it = Which card is it?
which-is-card = Which is card { $number }?
price = { $amount } ({ DATETIME($date, dateStyle: "medium") })

# Correcting an answer.
which-is-wrong = Which card is wrong?
choose-card = Choose the card
choose-card-from = Choose among cards { $first } to { $last }
choose-name = Choose its name
choose-printing = Choose its printing
panel-card = **Card { $number }**: { $said }
button-right = That’s right
button-type = Type the name or the set and number
form-title = Card { $number }
form-name = Name
form-printing = Set and number
form-printing-hint = As printed at the bottom of the card, like M10 146. Optional.
names-like = I don’t know a card called “{ $text }”. Did you mean one of these?
no-name-like = I don’t know a card like “{ $text }”.
no-printing-like = I don’t know any card with the set and number { $text }.
corrected = Thank you! It now says: { $card }
learnt = From now on I’ll recognise this card by its picture.
not-learnt = Your correction is saved, but I can’t learn from this photo: { $reason }
not-yours = Only the person who posted the photo, or someone the server’s admins trust, can do that.
too-old = I don’t remember this answer any more. Post the photo again, and I’ll take another look.
refusal-small = the card is too small in it.
refusal-another = the card looks like another one I know. Please check that you named the right card.
refusal-full = my memory for new pictures is full.
