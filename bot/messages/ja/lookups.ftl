# Cards asked for by name or by picture.

# Names and descriptions of commands and their options: names in small letters, without spaces, 32 letters at most;
# descriptions 100 letters at most.
command-card = カード
command-card-description = マジックのカードを名前で表示します
command-printings = 版一覧
command-printings-description = マジックのカードのすべての版を新しい順に表示します
command-similar = 似たカード
command-similar-description = 写真やほかのカードに見た目が最も近いカードを探します
option-name = 名前
option-name-description = カードの名前（おおよそでかまいません）
option-image = 写真
option-image-description = カードの写真
option-top-k = 件数
option-top-k-description = 表示するカードの数（1〜10）

lookup-understood = 「{ $asked }」を { $name } と解釈しました。
lookup-which = 「{ $name }」はどのカードですか？
lookup-pick = カードを選んでください
lookup-unknown = 「{ $name }」に似た名前のカードは見つかりません。
lookup-gone = そのカードの情報はもうありません。もう一度調べてください。
lookup-no-printing = このカードの { $printing } の版は見つかりません。
lookup-no-picture = このカードの画像はありません。
lookup-card-alt = カード：{ $name }

lookup-printings-count = { $count ->
    [0] 版の情報はありません
   *[other] { $count } 種類の版
}
lookup-printings-button = 版一覧
lookup-no-printings = このカードの版の情報はありません。
lookup-page = { $page } / { $pages } ページ · { $count } 種類の版
lookup-newer = 新しい版
lookup-older = 古い版

# $amount is written as the language writes sums of money.
lookup-money = { $amount }
lookup-foil = フォイル { $price }
lookup-price-dated = { $prices }（{ DATETIME($date, dateStyle: "medium") } 時点）
lookup-no-price = この版の価格はわかりません。
lookup-price-range = { $count } 種類の版で { $lowest }〜{ $highest }
lookup-range-date = 価格は { DATETIME($date, dateStyle: "medium") } 時点、Scryfallによるものです。

# $page is a link to Scryfall.
lookup-legality-dated = { $date } 時点。ここにないフォーマットについてはわかりません。{ $page } を見てください。
lookup-legality-unknown = どのフォーマットで使用できるかはわかりません。{ $page } を見てください。

lookup-similar-to = { $name } に似たカード
lookup-similar-photo = この写真に似たカード
lookup-similar-note = 見た目だけの比較です。100%は同じ画像を意味します。比べるのは画像のあるカードだけです。
lookup-similar-no-picture = { $name } の画像がないため、ほかのカードと比べられません。
lookup-similar-one = 写真かカードの名前の、どちらか一方だけを指定してください。
lookup-not-a-photo = これは写真ではありません。JPEG、PNG、WebP、GIF、HEIC、AVIFを読み取れます。

rarity-common = コモン
rarity-uncommon = アンコモン
rarity-rare = レア
rarity-mythic = 神話レア
rarity-special = スペシャル
rarity-bonus = ボーナス

status-legal = 使用可
status-not-legal = 使用不可
status-restricted = 制限
status-banned = 禁止

format-standard = スタンダード
format-future = 今後のスタンダード
format-historic = ヒストリック
format-timeless = タイムレス
format-gladiator = グラディエーター
format-pioneer = パイオニア
format-modern = モダン
format-legacy = レガシー
format-pauper = パウパー
format-vintage = ヴィンテージ
format-penny = Penny Dreadful
format-commander = 統率者戦
format-oathbreaker = オースブレイカー
format-standardbrawl = スタンダード・ブロール
format-brawl = ブロール
format-competitivebrawl = 競技ブロール
format-alchemy = アルケミー
format-paupercommander = パウパー統率者戦
format-duel = デュエル・コマンダー
format-oldschool = オールドスクール
format-premodern = プレモダン
format-predh = PreDH
format-tlr = TLR
