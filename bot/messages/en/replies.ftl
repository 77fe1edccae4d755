# What is said of photos and the cards in them.

sure = sure, { $percent }%
probably = probably, { $percent }%
perhaps = perhaps, { $percent }%
confirmed = confirmed

unknown-card = a card I can’t name
unknown-card-because = a card I can’t name ({ $reason })
reason-not-magic = it seems to be no Magic card’s face
reason-too-small = too small: come closer
reason-too-blurred = too blurred: hold still, more light
reason-not-known = I know no card with that title
reason-unreadable = its title can’t be read: less glare, nothing on it

better-photo = Closer, straight from above, and with less glare works best.
no-card = I see no Magic card that I can name in this photo. Closer, straight from above, and with less glare works best.
no-photo = There is no photo in that message. I can read JPEG, PNG, WebP, GIF, HEIC and AVIF.
token = token
cards-found = { $count ->
    [one] { $count } card
   *[other] { $count } cards
}
photo-number = Photo { $number }
and-more = … and { $count } more
times = ×{ $count }

printing-probably = probably { $printing }
printing-line = Printing: { $printings }
printings-two = { $first } or { $second }
printings-more = { $printings } or { $count } more
or-is-it = Or is it { $names }?
names-or = { $names } or { $last }

annotated-alt = The photo with its cards outlined and numbered: { $cards }
card-alt = The card { $name }

button-wrong = Not this one?
button-export = Export
button-remove = Remove
which-is-it = Which card is it?
which-is-card = Which is card { $number }?
price = { $amount } ({ DATETIME($date, dateStyle: "medium") })

# Putting an answer right.
which-is-wrong = Which card is not right?
choose-card = Choose the card
choose-name = Choose its name
choose-printing = Choose its printing
panel-card = **Card { $number }**: { $said }
button-right = That’s right
button-type = Type the name or the set and number
form-title = Card { $number }
form-name = Name
form-printing = Set and number
form-printing-hint = As printed at the foot of the card, like M10 146. Optional.
names-like = I know no card called “{ $text }”. Did you mean one of these?
no-name-like = I know no card like “{ $text }”.
no-printing-like = I know no printing { $text } of any card.
corrected = Thank you! It now says: { $card }
learnt = I will know this card by its picture from now on.
not-learnt = Your correction is saved, but I can’t learn from this photo: { $reason }
not-yours = Only the person who posted the photo, or somebody the server’s admins trust with it, can do that.
too-old = I don’t remember this answer any more. Post the photo again, and I will take another look.
refusal-small = the card is too small in it.
refusal-another = the card looks like another one I know. See that the right card is named.
refusal-full = my memory for new pictures is full.
