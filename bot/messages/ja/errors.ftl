# What went wrong, and what to do. Keys of the engine's own errors are "photo-" and their code.

photo-empty-file = ファイルが空です。もう一度送るか、別の写真を送ってください。
photo-not-an-image = これは画像ではありません。JPEG、PNG、WebP、HEIC、AVIF、GIFのいずれかで写真を送ってください。
photo-unsupported-image = この種類の画像は読み取れません。JPEGかPNGで写真を送ってください。
photo-damaged-image = 画像が壊れているか、途中で切れています。もう一度送るか、別の写真を送ってください。
photo-too-many-pixels = 画像のピクセル数が多すぎます。小さくして送ってください。
photo-image-too-small = 画像のピクセル数が少なすぎて、カードを見分けられません。もっと大きい画像を送ってください。
photo-file-too-large = ファイルが大きすぎます。写真を小さくして送ってください。

not-discord = Discordにある写真しか取得できません。
photo-late = Discordから写真が時間内に届きませんでした。もう一度お試しください。
photo-not-had = Discordから写真が届きませんでした。1分ほどしてからもう一度お試しください。
photo-gone = 写真はもうありません。もう一度投稿してください。
photo-too-large = 写真が { $mebibytes } MiBを超えています。もっと小さい写真を送ってください。
busy = すでに { $waiting } 枚の写真が順番を待っています。1分ほどしてからもう一度お試しください。
too-late = 時間がかかりすぎたため中止しました。1分ほどしてからもう一度お試しください。
recognisers-away = 現在、写真を確認できません。数分後にもう一度お試しください。
memory-away = 現在、記憶にアクセスできないため、すべては処理できませんでした。数分後にもう一度お試しください。
stopping = 再起動中です。1分ほどしてからもう一度お試しください。
incident = こちら側で問題が発生しました（コード { $code }）。写真のせいではないかもしれません。もう一度お試しください。
