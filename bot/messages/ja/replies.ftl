# What is said of photos and the cards in them.

sure = 確実（{ $percent }%）
probably = おそらく（{ $percent }%）
perhaps = もしかすると（{ $percent }%）
confirmed = 確認済み

unknown-card = 名前のわからないカード
unknown-card-because = 名前のわからないカード（{ $reason }）
reason-not-magic = マジックのカードのおもて面ではないようです
reason-too-small = 小さすぎます。もっと近づいてください
reason-too-blurred = ぼやけています。カメラを固定し、もっと明るくしてください
reason-not-known = この名前のカードは知りません
reason-unreadable = 名前が読めません。反射を減らし、上に物を置かないでください

better-photo = もっと近く、真上から、反射を減らして撮るとうまくいきます。
no-card = この写真には、名前のわかるマジックのカードが見つかりません。もっと近く、真上から、反射を減らして撮るとうまくいきます。
no-photo = そのメッセージに写真がありません。JPEG、PNG、WebP、GIF、HEIC、AVIFを読み取れます。
token = トークン
cards-found = カード { $count } 枚
photo-number = 写真 { $number }
and-more = …ほか { $count } 件
times = { $count }枚

printing-probably = おそらく { $printing }
printing-line = 版：{ $printings }
printings-of-set = { $set } の { $count } 種の版のどれか
printings-of-year = { $year } 年の { $count } 種の版のどれか
printings-of-years = { $first }〜{ $last } 年の { $count } 種の版のどれか
printings-many = { $count } 種の版のどれか
or-is-it = それとも { $names } ですか？
names-or = { $names } または { $last }

price-range = { $low }〜{ $high }
price-wide = { $amount }（版によって大きく異なります）
price-note = 英語版・Near Mint の価格です。状態やフォイルかどうかは判別しません。
total = **合計：** { $amount }
total-missing = { $amount }（価格不明 { $count } 枚）

annotated-alt = カードを枠で囲み、番号を付けた写真：{ $cards }
card-alt = カード：{ $name }

button-wrong = 違うカード？
button-list = すべてのカード
button-export = エクスポート
button-remove = 削除
button-back = 前へ
button-next = 次へ
list-page = { $page } / { $pages } ページ
which-is-it = どのカードですか？
which-is-card = カード { $number } はどれですか？

# Putting an answer right.
which-is-wrong = どのカードが間違っていますか？
choose-card = カードを選んでください
choose-card-from = カード { $first }〜{ $last } から選んでください
choose-name = 名前を選んでください
choose-printing = 版を選んでください
choose-printing-from = 全 { $count } 種の版のうち { $first }〜{ $last } から選んでください
any-printing = どの版でもよい
which-printing = どの版ですか？
panel-card = **カード { $number }**：{ $said }
button-right = 合っています
button-type = 名前、またはセットと番号を入力
form-title = カード { $number }
form-name = 名前
form-printing = セット、またはセットとコレクター番号
form-printing-hint = 例：M10、またはカード下端のとおりに M10 146。省略できます。
names-like = 「{ $text }」という名前のカードは見つかりません。次のどれかですか？
no-name-like = 「{ $text }」に似た名前のカードは見つかりません。
no-printing-like = { $text } に当たる版のカードは見つかりません。
no-printing-in = { $name } に「{ $text }」に当たる版は見つかりません。
corrected = ありがとうございます！次のように直しました：{ $card }
learnt = これからは、このカードを画像で見分けられます。
not-learnt = 訂正はしましたが、この写真からは学習できません：{ $reason }
not-yours = 写真を投稿した人か、サーバーの管理者に任された人だけが行えます。
too-old = この回答はもう覚えていません。写真をもう一度投稿していただければ、改めて調べます。
refusal-small = カードが小さすぎます。
refusal-another = 知っている別のカードに似ています。正しいカードか確かめてください。
refusal-full = 新しい画像を覚える容量がいっぱいです。
