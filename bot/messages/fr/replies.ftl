# What is said of photos and the cards in them.

sure = sûr, { $percent } %
probably = probablement, { $percent } %
perhaps = peut-être, { $percent } %
confirmed = confirmé

unknown-card = une carte que je ne peux pas nommer
unknown-card-because = une carte que je ne peux pas nommer ({ $reason })
reason-not-magic = on ne dirait pas la face d’une carte Magic
reason-too-small = trop petite : rapproche-toi
reason-too-blurred = trop floue : ne bouge pas, plus de lumière
reason-not-known = je ne connais aucune carte de ce nom
reason-unreadable = son nom est illisible : moins de reflets, rien par-dessus

better-photo = Le mieux : de plus près, bien du dessus et avec moins de reflets.
no-card = Je ne vois sur cette photo aucune carte Magic que je puisse nommer. Le mieux : de plus près, bien du dessus et avec moins de reflets.
no-photo = Il n’y a pas de photo dans ce message. Je peux lire JPEG, PNG, WebP, GIF, HEIC et AVIF.
token = jeton
cards-found = { $count ->
    [one] { $count } carte
   *[other] { $count } cartes
}
photo-number = Photo { $number }
and-more = … et { $count } de plus
times = { $count }×

printing-probably = probablement { $printing }
printing-line = Impression : { $printings }
printings-of-set = une des { $count } impressions de { $set }
printings-of-year = une des { $count } impressions de { $year }
printings-of-years = une des { $count } impressions de { $first } à { $last }
printings-many = une des { $count } impressions
or-is-it = Ou bien est-ce { $names } ?
names-or = { $names } ou { $last }

price-range = { $low } à { $high }
price-wide = { $amount }, selon l’impression
price-note = Pour des exemplaires en anglais, état Near Mint ; je ne juge ni l’état ni le foil.
total = **En tout :** { $amount }
total-missing = { $amount } ({ $count ->
    [one] { $count } carte sans prix
   *[other] { $count } cartes sans prix
})

annotated-alt = La photo avec ses cartes encadrées et numérotées : { $cards }
card-alt = La carte { $name }

button-wrong = Mauvaise carte ?
button-list = Toutes les cartes
button-export = Exporter
button-remove = Supprimer
button-back = Précédent
button-next = Suivant
list-page = Page { $page } sur { $pages }
which-is-it = Quelle carte est-ce ?
which-is-card = Quelle est la carte { $number } ?

# Putting an answer right.
which-is-wrong = Quelle carte n’est pas la bonne ?
choose-card = Choisis la carte
choose-card-from = Choisis parmi les cartes { $first } à { $last }
choose-name = Choisis son nom
choose-printing = Choisis son impression
choose-printing-from = Choisis parmi les impressions { $first } à { $last } sur { $count }
any-printing = Peu importe laquelle
which-printing = Quelle impression est-ce ?
panel-card = **Carte { $number }** : { $said }
button-right = C’est juste
button-type = Saisir le nom, ou l’édition et le numéro
form-title = Carte { $number }
form-name = Nom
form-printing = Édition, ou édition et numéro
form-printing-hint = Comme M10, ou M10 146 comme en bas de la carte. Facultatif.
names-like = Je ne connais aucune carte nommée « { $text } ». Est-ce l’une de celles-ci ?
no-name-like = Je ne connais aucune carte au nom proche de « { $text } ».
no-printing-like = Je ne connais d’impression { $text } pour aucune carte.
no-printing-in = Je ne connais aucune impression « { $text } » de { $name }.
corrected = Merci ! C’est maintenant : { $card }
learnt = Désormais, je reconnaîtrai cette carte à son image.
not-learnt = La correction est faite, mais je ne peux pas apprendre de cette photo : { $reason }
not-yours = Seule la personne qui a posté la photo, ou quelqu’un à qui les admins du serveur font confiance pour cela, peut le faire.
too-old = Je ne me souviens plus de cette réponse. Poste la photo à nouveau, et je la regarderai encore.
refusal-small = la carte y est trop petite.
refusal-another = la carte ressemble à une autre que je connais. Vérifie que c’est bien la bonne.
refusal-full = ma mémoire pour de nouvelles images est pleine.
