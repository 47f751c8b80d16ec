package bot

import "strings"

// Act is what a message asks of us.
type Act int

const (
	Ignore Act = iota // answer "success" and do nothing
	Text              // Content was typed, or said and recognised; it may be ""
	Choice            // an item was tapped: Choice is its id, Content its label
	Media             // something we cannot read: MediaKind says what
	Follow            // the user is new, or back; Scene if it was by a QR code
	Scan              // a follower scanned a QR code of ours: Scene
	Click             // a menu button: EventKey
	Wait              // a scan by menu button EventKey; the client waits for an answer (§4)
	Erase             // delete what we hold of User, and answer "success": no reply is shown
)

// events says what each event is for us; one that is not here is Ignored. Source: the table of §4, by
// its column "answer" and its notes on deletion. Ignored on purpose:
//
//	LOCATION                                       every 5 s, and we have no use for it
//	VIEW, view_miniprogram, scancode_push          the client already shows what was asked for
//	pic_sysphoto, pic_photo_or_album, pic_weixin   the images follow as messages
//	location_select                                the location follows as a message
//	TEMPLATESENDJOBFINISH, MASSSENDJOBFINISH, PUBLISHJOBFINISH, subscribe_msg_…_event
//	user_info_modified                             we hold neither avatar nor nickname
//	kf_…_session                                   meanwhile messages go to the agent (§5)
//	qualification_verify_…, naming_verify_…, annual_renew, verify_expired, debug_demo
var events = map[string]Act{
	"subscribe":                       Follow,
	"SCAN":                            Scan,
	"CLICK":                           Click,
	"scancode_waitmsg":                Wait,
	"unsubscribe":                     Erase,
	"user_authorization_revoke":       Erase,
	"user_authorization_cancellation": Erase,
}

// authorisation lists the events whose user is in OpenID (§4).
var authorisation = map[string]bool{
	"user_info_modified":              true,
	"user_authorization_revoke":       true,
	"user_authorization_cancellation": true,
}

// The two MediaKinds that are not a MsgType of §3.
const (
	MediaUnsupported = "unsupported" // stickers and the like: only a notice arrives
	MediaUnknown     = "unknown"     // a MsgType that is not in §3
)

// mediaTypes are the MsgTypes of §3 that carry something other than text.
var mediaTypes = map[string]bool{
	"image": true, "voice": true, "video": true, "shortvideo": true,
	"location": true, "link": true, "file": true, "miniprogrampage": true,
}

// unsupportedNotice is the text that the platform sends in place of what it does not forward, seen
// in 【】 (§3).
const unsupportedNotice = "收到不支持的消息类型，暂无法显示"

// sort sets Act and what goes with it.
func (in *Inbound) sort() {
	switch {
	case in.MsgType == "event":
		in.sortEvent()
	case in.MsgType == "text":
		in.sortText()
	case in.MsgType == "voice" && !blank(in.Recognition):
		in.Act, in.Content = Text, in.Recognition
	case mediaTypes[in.MsgType]:
		in.Act, in.MediaKind = Media, in.MsgType
	default:
		in.Act, in.MediaKind = Media, MediaUnknown
	}
}

func (in *Inbound) sortText() {
	if blank(in.Content) {
		in.Content = ""
	}
	switch {
	case !blank(in.Choice):
		in.Act = Choice
	case strings.Trim(in.Content, "【】[] ") == unsupportedNotice:
		in.Act, in.MediaKind = Media, MediaUnsupported
	default:
		in.Act = Text
	}
}

func (in *Inbound) sortEvent() {
	in.Act = events[in.Event]
	switch {
	case in.Act == Follow:
		// Without the prefix it is no QR code, and the key, if any, means something else (§4).
		if scene, ok := strings.CutPrefix(in.EventKey, "qrscene_"); ok {
			in.Scene = scene
		}
	case in.Act == Scan:
		in.Scene = in.EventKey
	case in.Act == Erase && blank(in.User()):
		in.Act = Ignore // nobody is named; the sender is the platform's own account
	}
}
