package simulator

// Kind is the type of the account: it decides which calls are granted. The
// code for a call that is not is 48001.
type Kind string

// The kinds of accounts; what the platform calls 公众号 is a subscription
// account here, 服务号 a service account.
const (
	UnverifiedSubscription Kind = "unverified-subscription" // all personal accounts
	VerifiedSubscription   Kind = "verified-subscription"
	UnverifiedService      Kind = "unverified-service"
	VerifiedService        Kind = "verified-service"
	TestAccount            Kind = "test"
)

// ability is a group of calls that is granted as a whole.
type ability int

const (
	always ability = iota
	customerService
	customMenu
	conditionalMenu
	userTags
	templateMessages
)

var abilities = map[Kind][]ability{
	UnverifiedSubscription: {always},
	VerifiedSubscription:   {always, customerService, customMenu, conditionalMenu, userTags},
	UnverifiedService:      {always, customMenu},
	VerifiedService:        {always, customerService, customMenu, conditionalMenu, userTags, templateMessages},
	TestAccount:            {always, customerService, customMenu, conditionalMenu, userTags, templateMessages},
}

// quotas are calls a day; paths that are missing have no limit here. A forced
// refresh counts under its own name.
var quotas = map[string]int{
	pathToken:       2000,
	pathStable:      500_000,
	forcedRefresh:   20,
	pathSend:        500_000,
	pathMenuCreate:  1000,
	pathMenuGet:     10_000,
	pathMenuDelete:  1000,
	pathConditional: 2000,
}

// testQuotas are those of a test account where they differ.
var testQuotas = map[string]int{pathToken: 200, pathSend: 50_000, pathMenuCreate: 100}

func (p *Platform) quota(path string) (int, bool) {
	if n, ok := p.cfg.Quotas[path]; ok {
		return n, true
	}
	if n, ok := testQuotas[path]; ok && p.cfg.Kind == TestAccount {
		return n, true
	}
	n, ok := quotas[path]
	return n, ok
}

// spend counts a call against today's quota; false if there is none left. The
// day begins at midnight in Beijing.
func (p *Platform) spend(path string) bool {
	if day := p.now().UTC().Add(beijing).Format("2006-01-02"); day != p.day {
		p.day = day
		clear(p.used)
	}
	most, limited := p.quota(path)
	if limited && p.used[path] >= most {
		return false
	}
	p.used[path]++
	return true
}
