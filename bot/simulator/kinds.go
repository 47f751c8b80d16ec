package simulator

import "strconv"

// What media elements hold: ids and addresses that lead nowhere.
const (
	sampleMedia = "_Xr-4nYpAPCPWfA62loOZFP3IZJ5KpsGkcGfH17Mor7itNZB0j9-k2qdYMuL1ZyX"
	sampleThumb = "aCL7FGeK4G_edGxF573EQBt0nt1sHLrWJ7nyyXGqcFukjcxqxHaPta5Hjz7U8ajp"
	samplePic   = "http://mmbiz.example.invalid/mmbiz_jpg/AbCdEf0123/0"
	unsupported = "【收到不支持的消息类型，暂无法显示】"
)

func message(user, kind string, elements ...Element) Message {
	return Message{From: user, Type: kind, Elements: elements}
}

// Text is a typed message.
func Text(user, content string) Message {
	return message(user, "text", cdata("Content", content))
}

// Tap is what a tap on a tappable option sends: its text, and the id that the
// account gave it (bizmsgmenuid).
func Tap(user, content, id string) Message {
	m := Text(user, content)
	if id == "" {
		return m
	}
	e := cdata("bizmsgmenuid", id)
	if _, err := strconv.ParseUint(id, 10, 64); err == nil {
		e.Number = true
	}
	m.Elements = append(m.Elements, e)
	return m
}

// FromArticle marks m as sent from an article of the account.
func FromArticle(m Message, dataID string, index int) Message {
	m.Tail = []Element{number("MsgDataId", dataID), number("Idx", strconv.Itoa(index))}
	return m
}

// Sticker is how stickers, GIFs and red packets arrive: as a text message with
// a fixed notice.
func Sticker(user string) Message { return Text(user, unsupported) }

// Image is a picture.
func Image(user string) Message {
	return message(user, "image", cdata("PicUrl", samplePic), cdata("MediaId", sampleMedia))
}

// Voice is a voice message as it comes today, without a transcript.
func Voice(user string) Message {
	return message(user, "voice", cdata("MediaId", sampleMedia), cdata("Format", "amr"),
		cdata("MediaId16K", sampleThumb))
}

// VoiceRecognized is a voice message with the element Recognition, which the
// platform has retired but may still send, also empty.
func VoiceRecognized(user, recognition string) Message {
	return message(user, "voice", cdata("MediaId", sampleMedia), cdata("Format", "amr"),
		cdata("Recognition", recognition))
}

// Video is a video from the album.
func Video(user string) Message { return video(user, "video") }

// ShortVideo is a video made in the chat.
func ShortVideo(user string) Message { return video(user, "shortvideo") }

func video(user, kind string) Message {
	return message(user, kind, cdata("MediaId", sampleMedia), cdata("ThumbMediaId", sampleThumb))
}

// Location is a place that the user sent.
func Location(user string, latitude, longitude float64, label string) Message {
	return message(user, "location", place(latitude, longitude, label)...)
}

func place(latitude, longitude float64, label string) []Element {
	return []Element{number("Location_X", decimal(latitude)), number("Location_Y", decimal(longitude)),
		number("Scale", "20"), cdata("Label", label)}
}

// Link is an article or page that the user forwarded.
func Link(user, title, description, url string) Message {
	return message(user, "link", cdata("Title", title), cdata("Description", description), cdata("Url", url))
}

// File is a file; the element names are reported, not documented.
func File(user, title string, size int) Message {
	return message(user, "file", cdata("Title", title), cdata("Description", ""),
		cdata("FileKey", "AwAAAAAAAAExample0"), cdata("FileMd5", "1a79a4d60de6718e8e5b326e338ae533"),
		number("FileTotalLen", strconv.Itoa(size)))
}

// MiniProgram is a mini-program card that the user forwarded.
func MiniProgram(user, title, page string) Message {
	return message(user, "miniprogrampage", cdata("Title", title), cdata("AppId", "wx00000000example0"),
		cdata("PagePath", page), cdata("ThumbUrl", "https://example.invalid/t.jpg"),
		cdata("ThumbMediaId", sampleThumb))
}
