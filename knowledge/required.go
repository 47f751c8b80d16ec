package knowledge

// Ids of the entries that a base must have because the dialog speaks through them. Every
// sentence of the bot itself is one of these: code holds no text.
const (
	// MsgCitation puts {$rule}, {$article} and {$level} together.
	MsgCitation ID = "citation"

	// What is said in a state (text) and what the state is called on the way back (name).
	AtGreeting  ID = "at-greeting"
	AtLanguage  ID = "at-language"
	AtWho       ID = "at-who"
	AtSituation ID = "at-situation"
	AtLender    ID = "at-lender"
	AtMenu      ID = "at-menu"
	AtRights    ID = "at-rights"
	AtEvidence  ID = "at-evidence"
	AtChannels  ID = "at-channels"
	AtProvince  ID = "at-province"
	AtClarify   ID = "at-clarify"
	AtResume    ID = "at-resume"

	// Labels of options (name only).
	OptSelf     ID = "opt-self"
	OptOther    ID = "opt-other"
	OptSkip     ID = "opt-skip"
	OptMore     ID = "opt-more"
	OptResume   ID = "opt-resume"
	OptRestart  ID = "opt-restart"
	OptCall     ID = "opt-call"
	OptBack     ID = "opt-back"
	OptRights   ID = "opt-rights"
	OptEvidence ID = "opt-evidence"
	OptChannels ID = "opt-channels"
	OptOffices  ID = "opt-offices"
	OptSaved    ID = "opt-saved"
	OptUnsaved  ID = "opt-unsaved"
	OptProvince ID = "opt-province"
	LangZh      ID = "lang-zh"   // Chinese, in whatever script
	LangHans    ID = "lang-hans" // Chinese in Simplified characters
	LangHant    ID = "lang-hant" // Chinese in Traditional characters
	LangEn      ID = "lang-en"
	LangEs      ID = "lang-es"

	// Sentences.
	MsgNotice     ID = "notice"       // first contact: what is kept, free, automatic
	MsgRephrase   ID = "rephrase"     // second miss
	MsgGiveUp     ID = "give-up"      // third miss: a human line
	MsgMedia      ID = "no-media"     // a picture, voice …: a few words, please
	MsgErased     ID = "erased"       // after delete-data
	MsgHeld       ID = "my-data-held" // what the state holds: see dialog.held; its name stands for nothing
	MsgEraseLater ID = "erase-later"  // delete-data while nothing can be deleted
	MsgLostPlace  ID = "lost-place"   // the state could not be read
	MsgSlowDown   ID = "slow-down"    // more messages in a minute than a person reads
	MsgMoved      ID = "moved"        // the content changed and the place is gone
	MsgNoBack     ID = "no-back"      // back at the start
	MsgPick       ID = "pick"         // a number that is not in the menu
	MsgUrgent     ID = "urgent"       // the first line of a crisis card, in Chinese, for every language

	MsgSaved      ID = "saved"            // {$done} of {$all} evidence items are ticked
	MsgAllSaved   ID = "all-saved"        // every one of them is: on to the channels
	MsgProvince   ID = "province-noted"   // {$name} and {$province}: noted, and what for
	MsgNoProvince ID = "province-unknown" // no province in the answer to at-province

	MsgFeeWarning  ID = "fee-warning"  // added when a message also speaks of paid helpers
	MsgChecked     ID = "checked"      // {$date}, and the word that gives the source
	MsgAged        ID = "aged"         // past the review date: {$date}
	MsgStale       ID = "stale"        // long past it: call to confirm
	MsgExpired     ID = "expired"      // {$name} was not checked for too long; first {$parent}
	MsgClosed      ID = "closed"       // the office is closed now: {$day}; next {$next}
	MsgNoCalendar  ID = "no-calendar"  // the holidays of the year are not in the table
	MsgSources     ID = "sources"      // the head of a list of sources: {$name}, {$date}
	MsgSourcesNone ID = "sources-none" // nothing was said yet that has a source
	MsgHotlines    ID = "hotlines"     // all that is said while the bot, or a flow, is switched off
	MsgOff         ID = "answer-off"   // in the place of an answer that is switched off

	// What users say to the bot itself. Their texts are the answers.
	CtlStart    ID = "start"
	CtlHelp     ID = "help"
	CtlBack     ID = "back"
	CtlRestart  ID = "restart"
	CtlStop     ID = "stop"
	CtlSkip     ID = "skip"
	CtlLanguage ID = "language"
	CtlHuman    ID = "human"
	CtlErase    ID = "delete-data"
	CtlMyData   ID = "my-data"
	CtlThanks   ID = "thanks"
	CtlGreeting ID = "greeting"
	CtlSource   ID = "source"
	CtlCard     ID = "card"

	// Topics and situations that the dialog itself leads to.
	TopicCollection ID = "collection"
	TopicRights     ID = "rights"
	TopicEvidence   ID = "evidence"
	TopicProgress   ID = "progress"
	TopicEscalation ID = "escalation"
	TopicChannels   ID = "channels"
	Scam            ID = "scam"
	SelfHarm        ID = "self-harm"
	Violence        ID = "violence"
	NotMyDebt       ID = "not-my-debt"
	LenderUnknown   ID = "lender-unknown"
	CrisisLine      ID = "crisis-12356"
	Police          ID = "police-110"
	Emergency       ID = "emergency"

	// Supervisor stands in a situation's channels for those of the user's lender type.
	Supervisor ID = "supervisor"
)

var requiredMessages = []ID{
	MsgCitation, AtGreeting, AtLanguage, AtWho, AtSituation, AtLender, AtMenu, AtRights, AtEvidence, AtChannels, AtProvince,
	AtClarify, AtResume, OptSelf, OptOther, OptSkip, OptMore, OptResume, OptRestart, OptCall, OptBack,
	OptRights, OptEvidence, OptChannels, OptOffices, OptSaved, OptUnsaved, OptProvince, MsgSaved, MsgAllSaved, MsgProvince, MsgNoProvince, MsgNotice, MsgRephrase, MsgGiveUp,
	MsgMedia, MsgErased, MsgHeld, MsgEraseLater, MsgLostPlace, MsgSlowDown, MsgMoved, MsgPick, MsgFeeWarning, MsgNoBack, MsgUrgent, MsgChecked, MsgAged, MsgStale, MsgExpired, MsgClosed, MsgNoCalendar, MsgSources, MsgSourcesNone, MsgHotlines, MsgOff,
	"weekday-0", "weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6",
	"level-law", "level-regulation", "level-interpretation", "level-judicial", "level-joint", "level-regulator", "level-standard", "level-association",
}

// required are the entries a base must have, with their kind.
var required = func() map[ID]Kind {
	m := map[ID]Kind{
		TopicCollection: Topic, TopicRights: Topic, TopicEvidence: Topic, TopicChannels: Topic,
		SelfHarm: Situation, Violence: Situation, Scam: Situation, LenderUnknown: Lender, CrisisLine: Channel,
	}
	for _, id := range requiredMessages {
		m[id] = Message
	}
	for _, id := range []ID{CtlStart, CtlHelp, CtlBack, CtlRestart, CtlStop, CtlSkip, CtlLanguage, CtlHuman, CtlErase, CtlMyData, CtlThanks, CtlGreeting, CtlSource, CtlCard, LangZh, LangHans, LangHant, LangEn, LangEs} {
		m[id] = Control
	}
	return m
}()

func levelMessage(l Level) ID { return ID("level-" + string(l)) }

// WeekdayName is the entry whose name is that of a day of the week; 0 is Sunday.
func WeekdayName(day int) ID { return ID("weekday-" + string(rune('0'+day))) }
