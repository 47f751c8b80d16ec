package simulator

import "strconv"

const (
	sampleTicket = "gQExampleTicketAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	sampleMD5    = "0cc175b9c0f1b6a831c399e269772661"
	// pusher is the account in whose name authorisation events come.
	pusher = "ogb6ovnj_OAsa2QyBtBckM_oMzo-"
)

// Event is any event by name; the functions below make the documented ones.
func Event(user, name string, elements ...Element) Message {
	return Message{From: user, Type: "event", Event: name, Elements: elements}
}

func keyed(user, name, key string, elements ...Element) Message {
	return Event(user, name, append([]Element{cdata("EventKey", key)}, elements...)...)
}

// Subscribe is a user who follows the account.
func Subscribe(user string) Message { return keyed(user, "subscribe", "") }

// SubscribeScene is a user who follows by a QR code with a scene in it.
func SubscribeScene(user, scene string) Message {
	return keyed(user, "subscribe", "qrscene_"+scene, cdata("Ticket", sampleTicket))
}

// Unsubscribe is a user who unfollows.
func Unsubscribe(user string) Message { return keyed(user, "unsubscribe", "") }

// Scan is a follower who scans a QR code with a scene in it.
func Scan(user, scene string) Message {
	return keyed(user, "SCAN", scene, cdata("Ticket", sampleTicket))
}

// Click is a tap on a menu button of type click.
func Click(user, key string) Message { return keyed(user, "CLICK", key) }

// View is a tap on a menu button that opens a page.
func View(user, url string) Message {
	return keyed(user, "VIEW", url, number("MenuId", "430598127"))
}

// ViewMiniProgram is a tap on a menu button that opens a mini program.
func ViewMiniProgram(user, page string) Message {
	return keyed(user, "view_miniprogram", page, number("MenuId", "430598127"))
}

// ReportLocation is the automatic report of where the user is.
func ReportLocation(user string, latitude, longitude float64) Message {
	return Event(user, "LOCATION", number("Latitude", decimal(latitude)),
		number("Longitude", decimal(longitude)), number("Precision", decimal(119.38504)))
}

// ScanCode is a menu button that scans a code; with wait the client shows that
// it waits for an answer.
func ScanCode(user, key, result string, wait bool) Message {
	name := "scancode_push"
	if wait {
		name = "scancode_waitmsg"
	}
	return keyed(user, name, key,
		group("ScanCodeInfo", cdata("ScanType", "qrcode"), cdata("ScanResult", result)))
}

// Pictures is a menu button that sends n pictures; event is pic_sysphoto,
// pic_photo_or_album or pic_weixin.
func Pictures(user, event, key string, n int) Message {
	items := make([]Element, n)
	for i := range items {
		items[i] = group("item", cdata("PicMd5Sum", sampleMD5))
	}
	return keyed(user, event, key,
		group("SendPicsInfo", number("Count", strconv.Itoa(n)), group("PicList", items...)))
}

// SelectLocation is a menu button that sends a place.
func SelectLocation(user, key string, latitude, longitude float64, label string) Message {
	return keyed(user, "location_select", key, group("SendLocationInfo",
		append(place(latitude, longitude, label), cdata("Poiname", ""))...))
}

// TemplateFinished reports a template message: success, failed:user block, ….
func TemplateFinished(user, msgID, status string) Message {
	return Event(user, "TEMPLATESENDJOBFINISH", number("MsgID", msgID), cdata("Status", status))
}

// MassFinished reports a broadcast to n followers.
func MassFinished(user, msgID string, n int) Message {
	count := strconv.Itoa(n)
	return Event(user, "MASSSENDJOBFINISH", number("MsgID", msgID), cdata("Status", "send success"),
		number("TotalCount", count), number("FilterCount", count), number("SentCount", count),
		number("ErrorCount", "0"))
}

// PublishFinished reports an article that was published.
func PublishFinished(user, publishID, articleID string) Message {
	item := group("item", number("idx", "1"), cdata("article_url", "https://mp.example.invalid/s/x"))
	return Event(user, "PUBLISHJOBFINISH", group("PublishEventInfo", number("publish_id", publishID),
		number("publish_status", "0"), cdata("article_id", articleID),
		group("article_detail", number("count", "1"), item)))
}

// SubscriptionPopup is a user who accepts the first template of a notification
// popup and rejects the others: one push with several List elements.
func SubscriptionPopup(user string, templates ...string) Message {
	lists := make([]Element, len(templates))
	for i, id := range templates {
		status := "reject"
		if i == 0 {
			status = "accept"
		}
		lists[i] = group("List", cdata("TemplateId", id), cdata("SubscribeStatusString", status),
			number("PopupScene", "1"))
	}
	return Event(user, "subscribe_msg_popup_event", group("SubscribeMsgPopupEvent", lists...))
}

// SubscriptionRefused is a user who later refuses a notification.
func SubscriptionRefused(user, template string) Message {
	return Event(user, "subscribe_msg_change_event", group("SubscribeMsgChangeEvent",
		group("List", cdata("TemplateId", template), cdata("SubscribeStatusString", "reject"))))
}

// SubscriptionSent reports a notification.
func SubscriptionSent(user, template, msgID string) Message {
	return Event(user, "subscribe_msg_sent_event", group("SubscribeMsgSentEvent",
		group("List", cdata("TemplateId", template), number("MsgID", msgID),
			number("ErrorCode", "0"), cdata("ErrorStatus", "success"))))
}

// Authorization is a change to what a user allows: event is user_info_modified,
// user_authorization_revoke (revoked says what, such as 205) or
// user_authorization_cancellation. It comes in the name of the platform's own
// account; the user is in the element OpenID.
func Authorization(user, event, appID, revoked string) Message {
	m := Event(pusher, event, cdata("OpenID", user), cdata("AppID", appID))
	if revoked != "" {
		m.Elements = append(m.Elements, cdata("RevokeInfo", revoked))
	}
	return m
}

// Agent is a human agent who takes over (kf_create_session), leaves
// (kf_close_session) or hands over to another (kf_switch_session, with to).
func Agent(user, event, account, to string) Message {
	if event == "kf_switch_session" {
		return Event(user, event, cdata("FromKfAccount", account), cdata("ToKfAccount", to))
	}
	return Event(user, event, cdata("KfAccount", account))
}

// Verification is a step in the account's own verification, such as
// qualification_verify_success or verify_expired.
func Verification(user, event string, expires int64) Message {
	return Event(user, event, number("ExpiredTime", strconv.FormatInt(expires, 10)))
}

// DebugDemo is what the platform's push test tool sends.
func DebugDemo(user, text string) Message {
	return Event(user, "debug_demo", cdata("debug_str", text))
}
