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
printings-of-set = one of { $count } printings of { $set }
printings-of-year = one of { $count } printings of { $year }
printings-of-years = one of { $count } printings of { $first }–{ $last }
printings-many = one of { $count } printings
or-is-it = Or is it { $names }?
names-or = { $names } or { $last }

price-range = { $low } to { $high }
price-wide = { $amount }, depending on the printing
price-note = For near mint copies in English; I can’t tell condition or foil.
total = **Together:** { $amount }
total-missing = { $amount } ({ $count ->
    [one] { $count } card without a price
   *[other] { $count } cards without a price
})

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

# Correcting an answer.
which-is-wrong = Which card is wrong?
choose-card = Choose the card
choose-card-from = Choose among cards { $first } to { $last }
choose-name = Choose its name
choose-printing = Choose its printing
choose-printing-from = Choose among printings { $first } to { $last } of { $count }
any-printing = Any of them
which-printing = Which printing is it?
panel-card = **Card { $number }**: { $said }
button-right = That’s right
button-type = Type the name or the set and number
form-title = Card { $number }
form-name = Name
form-printing = Set, or set and number
form-printing-hint = Like M10, or M10 146 as printed at the bottom of the card. Optional.
names-like = I don’t know a card called “{ $text }”. Did you mean one of these?
no-name-like = I don’t know a card like “{ $text }”.
no-printing-like = I don’t know any card with the set and number { $text }.
no-printing-in = I don’t know a printing “{ $text }” of { $name }.
corrected = Thank you! It now says: { $card }
learnt = From now on I’ll recognise this card by its picture.
not-learnt = Your correction is saved, but I can’t learn from this photo: { $reason }
not-yours = Only the person who posted the photo, or someone the server’s admins trust, can do that.
too-old = I don’t remember this answer any more. Post the photo again, and I’ll take another look.
refusal-small = the card is too small in it.
refusal-another = the card looks like another one I know. Please check that you named the right card.
refusal-full = my memory for new pictures is full.
