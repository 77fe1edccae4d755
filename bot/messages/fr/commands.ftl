# Names of commands and options: lower case, no spaces, at most 32 letters; descriptions at most 100.
command-identify = identifier
command-identify-description = Nommer les cartes Magic d’une photo
menu-identify = Identifier les cartes
option-image-more = photo{ $number }
identify-image-description = La photo
identify-more-description = Une autre photo
identify-top-k-description = Combien de noms envisager pour chaque carte (de 1 à 10)
command-help = aide
command-help-description = Ce que je sais faire, et comment prendre une photo que je peux lire
command-about = infos
command-about-description = Quelle version est-ce, que connaît-elle et qui la fait tourner
command-privacy = confidentialité
command-privacy-description = Ce qui est enregistré, pendant combien de temps, et comment l’effacer
command-currency = devise
command-currency-description = La devise des prix que tu vois

help-title = Ce que je sais faire
help-photos = **Photos :** envoie-m’en une en message privé, mentionne-moi avec une photo, ou utilise `/identifier`. Sur le message de quelqu’un d’autre : *Applications → Identifier les cartes*. Dans les salons choisis par les admins du serveur, je réponds à chaque photo où il y a une carte.
help-answers = **Réponses :** quand c’est *sûr*, tu peux t’y fier. *Probablement* et *peut-être* viennent avec un menu : choisis-y la bonne carte. « Mauvaise carte ? » corrige un nom ou une impression, « Exporter » en fait une decklist et des fichiers CSV, « Supprimer » efface ma réponse.
help-names = **Par le nom :** `/carte`, `/impressions`, `/ressemblances`. Là où les admins l’ont activé : `[[Fog]]`, `[[Fog|LEA|194]]`, `[[!Fog]]` pour l’image, `[[$Fog]]` pour le prix, `[[#Fog]]` pour les formats où la carte est légale.
help-prices = **Prix :** celui de l’impression, ou la fourchette de celles qui sont possibles. Ils viennent de Scryfall, pour des exemplaires en anglais, état Near Mint ; je ne juge ni l’état ni le foil. `/devise` choisit dollars ou euros.
help-tips = **De bonnes photos :** d’une à neuf cartes, vues bien du dessus, sans reflets, les noms visibles. Un deck entier convient aussi, jusqu’à 100 cartes, si chaque nom est visible. Les sleeves ne gênent pas.
help-admins = **Admins :** `/paramètres`.

about-title = cardglass { $version }
about-knows = Je connais { NUMBER($cards) } cartes par leur nom et { NUMBER($pictures) } faces par leur image (catalogue du { DATETIME($date, dateStyle: "medium") }).
about-cards-fetched = Les cartes et les prix ont été récupérés pour la dernière fois le { DATETIME($date, dateStyle: "medium") }.
about-cards-running = Je récupère en ce moment les cartes les plus récentes : { $progress }
about-cards-failed = La dernière récupération des nouvelles cartes a échoué ({ $code }) ; je vais réessayer.
about-runs = Je suis sur { $servers ->
    [one] { $servers } serveur
   *[other] { NUMBER($servers) } serveurs
}, et je tourne sur la machine de la personne qui m’héberge. Sur le réseau, je ne parle qu’à Discord.
about-contact = Hébergé par : { $contact }
about-rights = cardglass is unofficial Fan Content permitted under the Fan Content Policy. Not approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©Wizards of the Coast LLC.
about-thanks = Les noms, les liens et les images viennent de Scryfall, qui ne cautionne pas cardglass.

privacy-title = Ce qui est enregistré
privacy-photos = **Photos :** elles sont récupérées chez Discord, regardées en mémoire, puis oubliées. Aucune n’est conservée, aucune ne sert à l’entraînement.
privacy-answers = **Réponses :** ce que j’ai dit de ta photo (noms, impressions, emplacement des cartes), ton identifiant et ceux du message et du salon sont conservés { $days ->
    [one] { $days } jour
   *[other] { $days } jours
} pour que les boutons fonctionnent. Les corrections aussi.
privacy-learning = **Apprentissage :** quand une personne de confiance, désignée par les admins, confirme une carte, un vecteur de 192 nombres qui décrit la face de la carte est conservé, avec les identifiants du serveur, du message et de la personne. On ne peut pas en refaire une image.
privacy-servers = **Serveurs :** ce que les admins choisissent avec `/paramètres` est conservé jusqu’à ce qu’on me retire du serveur. Ce que tu choisis avec `/devise` est conservé jusqu’à ce que tu l’effaces.
privacy-logs = **Journaux :** ils ne contiennent ni photos, ni messages, ni noms.
privacy-delete = Le bouton efface aussitôt tout ce qui est enregistré sur toi.
privacy-contact = Questions : { $contact }
button-forget = Effacer tout ce qui me concerne
forgotten = Effacé : { $answers ->
    [one] { $answers } réponse
   *[other] { $answers } réponses
}, { $corrections ->
    [one] { $corrections } correction
   *[other] { $corrections } corrections
} et { $learnt ->
    [one] { $learnt } image apprise
   *[other] { $learnt } images apprises
}.

export-title = { $count ->
    [one] { $count } carte
   *[other] { $count } cartes
}, en decklist et en fichiers CSV à importer.
export-unsure = { $count ->
    [one] { $count } d’entre elles n’est pas certaine : vérifie-la.
   *[other] { $count } d’entre elles ne sont pas certaines : vérifie-les.
}
export-tokens = Les jetons ne sont que dans les fichiers CSV.
export-languages = Les langues autres que l’anglais ne figurent que dans les fichiers CSV : { $languages }.
export-without-printing = { $count ->
    [one] Je ne connais pas l’impression de { $count } carte : ManaBox l’ignore.
   *[other] Je ne connais pas l’impression de { $count } cartes : ManaBox les ignore.
}
export-nothing = Il n’y a ici aucune carte nommée à exporter.
button-thread = Tout ce qui est dans ce fil
