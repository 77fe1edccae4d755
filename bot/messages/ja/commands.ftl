# Names of commands and options: lower case, no spaces, at most 32 letters; descriptions at most 100.
command-identify = 識別
command-identify-description = 写真に写ったマジックのカードの名前を調べます
menu-identify = カードを識別
option-image-more = 写真{ $number }
identify-image-description = 写真
identify-more-description = 追加の写真
identify-top-k-description = カード1枚につき検討する候補の数（1〜10）
command-help = ヘルプ
command-help-description = できることと、読み取りやすい写真の撮り方
command-about = 情報
command-about-description = バージョン、知っているカード、運営者について
command-privacy = プライバシー
command-privacy-description = 保存される内容とその期間、削除の方法
command-currency = 通貨
command-currency-description = あなたに表示する価格の通貨

help-title = できること
help-photos = **写真：** ダイレクトメッセージで送るか、写真と一緒にメンションするか、`/識別` を使ってください。ほかの人のメッセージには *アプリ → カードを識別* を使えます。サーバーの管理者が選んだチャンネルでは、カードの写った写真すべてに答えます。
help-answers = **回答：** *確実* なら信頼して大丈夫です。*おそらく* と *もしかすると* にはメニューが付くので、正しいカードを選んでください。「違うカード？」で名前や版を訂正、「エクスポート」でデッキリストとCSVファイルを作成、「削除」で回答を削除できます。
help-names = **名前で探す：** `/カード`、`/版一覧`、`/似たカード`。管理者が有効にした場所では `[[Fog]]`、`[[Fog|LEA|194]]`、画像は `[[!Fog]]`、価格は `[[$Fog]]`、使用できるフォーマットは `[[#Fog]]` です。
help-prices = **価格：** 版がわかればその価格、わからなければ可能性のある版の範囲です。Scryfallによる英語版・Near Mint の価格で、状態やフォイルかどうかは判別しません。`/通貨` でドルかユーロを選べます。
help-tips = **良い写真：** カードは1〜9枚、真上から、反射を避け、カード名が隠れないように撮ってください。すべてのカード名が見えていれば、100枚までのデッキ全体でも読めます。スリーブに入れたままで大丈夫です。
help-admins = **管理者向け：** `/設定`

about-title = cardglass { $version }
about-knows = 名前で { NUMBER($cards) } 種類のカード、画像で { NUMBER($pictures) } 面を知っています（{ DATETIME($date, dateStyle: "medium") } 時点のカタログ）。
about-cards-fetched = カードと価格の最終取得日：{ DATETIME($date, dateStyle: "medium") }
about-cards-running = 最新のカードを取得しています：{ $progress }
about-cards-failed = 前回のカードの取得は失敗しました（{ $code }）。もう一度試します。
about-runs = { NUMBER($servers) } 個のサーバーに参加し、運営者のコンピューターで動いています。ネットワークでやり取りする相手はDiscordだけです。
about-contact = 運営者：{ $contact }
about-rights = cardglass is unofficial Fan Content permitted under the Fan Content Policy. Not approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©Wizards of the Coast LLC.
about-thanks = 名前、リンク、画像はScryfallによるものです。Scryfallはcardglassを推奨するものではありません。

privacy-title = 保存される内容
privacy-photos = **写真：** Discordから取得し、メモリ上で調べたあとは残しません。保存することも、学習用のデータにすることもありません。
privacy-answers = **回答：** ボタンが使えるように、写真への回答（名前、版、カードの位置）、あなたのID、メッセージとチャンネルのIDを { $days } 日間保存します。訂正も同じです。
privacy-learning = **学習：** 管理者が信頼する人がカードを確認すると、そのカードの面を表す192個の数のベクトルを、サーバー、メッセージ、確認した人のIDとともに保存します。そこから画像を作ることはできません。
privacy-servers = **サーバー：** 管理者が `/設定` で選んだ内容は、サーバーから外されるまで保存します。`/通貨` で選んだ内容は、あなたが削除するまで保存します。
privacy-logs = **ログ：** 写真、メッセージ、名前は含まれません。
privacy-delete = ボタンを押すと、あなたについて保存されている内容がすべて、すぐに削除されます。
privacy-contact = お問い合わせ：{ $contact }
button-forget = 自分の保存データをすべて削除
forgotten = 削除しました：回答 { $answers } 件、訂正 { $corrections } 件、学習した画像 { $learnt } 件。

export-title = カード { $count } 枚のデッキリストと、インポート用のCSVファイルです。
export-unsure = そのうち { $count } 枚は確実ではありません。確認してください。
export-tokens = トークンはCSVファイルにだけ入っています。
export-languages = 英語以外の言語はCSVファイルにのみ記載されます：{ $languages }。
export-without-printing = { $count } 枚は版がわからないため、ManaBoxでは取り込まれません。
export-nothing = ここには、エクスポートできる名前のわかったカードがありません。
button-thread = このスレッドのすべて
