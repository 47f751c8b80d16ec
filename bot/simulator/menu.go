package simulator

import (
	"net/http"
	"slices"
	"strconv"
)

// menus are the default menu and those for some users only.
type menus struct {
	buttons     []button
	id          int
	conditional []conditional
}

type conditional struct {
	Buttons []button       `json:"button"`
	Rule    map[string]any `json:"matchrule"`
	ID      int            `json:"menuid"`
}

// button is one menu button, at either level.
type button struct {
	Name     string   `json:"name"`
	Type     string   `json:"type,omitempty"`
	Key      string   `json:"key,omitempty"`
	URL      string   `json:"url,omitempty"`
	MediaID  string   `json:"media_id,omitempty"`
	Article  string   `json:"article_id,omitempty"`
	AppID    string   `json:"appid,omitempty"`
	PagePath string   `json:"pagepath,omitempty"`
	Sub      []button `json:"sub_button"`
}

// limits of one level of a menu, and the codes for passing them.
type limits struct {
	most, nameBytes                             int
	count, kind, name, key, url, addressIsWrong int
}

var (
	topLevel = limits{3, 16, 40016, 40017, 40018, 40019, 40020, 40055}
	subLevel = limits{5, 60, 40023, 40024, 40025, 40026, 40027, 40054}
)

const (
	maxKey = 128
	maxURL = 1024
)

func (l limits) check(buttons []button) int {
	if len(buttons) == 0 || len(buttons) > l.most {
		return l.count
	}
	for _, b := range buttons {
		if code := l.checkOne(b); code != 0 {
			return code
		}
	}
	return 0
}

func (l limits) checkOne(b button) int {
	if b.Name == "" || len(b.Name) > l.nameBytes {
		return l.name
	}
	if len(b.Sub) > 0 {
		if l.most == subLevel.most {
			return 40023 // no third level
		}
		return subLevel.check(b.Sub)
	}
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album",
		"pic_weixin", "location_select":
		return l.checkKey(b.Key)
	case "view":
		return l.checkURL(b.URL)
	case "miniprogram":
		if b.AppID == "" || b.PagePath == "" {
			return l.kind
		}
		return l.checkURL(b.URL)
	case "media_id":
		return missing(b.MediaID)
	case "article_id", "article_view_limited":
		return missing(b.Article)
	}
	return l.kind
}

func (l limits) checkKey(key string) int {
	if key == "" || len(key) > maxKey {
		return l.key
	}
	return 0
}

func (l limits) checkURL(address string) int {
	switch {
	case address == "" || len(address) > maxURL:
		return l.url
	case webAddress(address) == "":
		return l.addressIsWrong
	}
	return 0
}

func missing(id string) int {
	if id == "" {
		return 40007
	}
	return 0
}

func (p *Platform) createMenu(_ *http.Request, body []byte) (any, error) {
	var m struct {
		Buttons []button `json:"button"`
	}
	if err := decode(body, &m); err != nil {
		return nil, err
	}
	if code := topLevel.check(m.Buttons); code != 0 {
		return nil, apiError{code, ""}
	}
	p.menu.id++
	p.menu.buttons = m.Buttons
	return succeeded, nil
}

// addConditional makes a menu for the users with a tag; conditions on sex, place
// or language are refused nowadays.
func (p *Platform) addConditional(_ *http.Request, body []byte) (any, error) {
	var c conditional
	if err := decode(body, &c); err != nil {
		return nil, err
	}
	for name, value := range c.Rule {
		personal := slices.Contains([]string{"sex", "gender", "country", "province", "city", "language"}, name)
		if personal && idText(value) != "" {
			return nil, apiError{65320, ""}
		}
	}
	switch {
	case p.menu.buttons == nil:
		return nil, apiError{65303, ""}
	case idText(c.Rule["tag_id"])+idText(c.Rule["client_platform_type"]) == "":
		return nil, apiError{65304, ""}
	}
	if code := topLevel.check(c.Buttons); code != 0 {
		return nil, apiError{code, ""}
	}
	p.menu.id++
	c.ID = p.menu.id
	p.menu.conditional = append(p.menu.conditional, c)
	return map[string]any{"menuid": strconv.Itoa(c.ID)}, nil
}

func (p *Platform) getMenu(*http.Request, []byte) (any, error) {
	if p.menu.buttons == nil {
		return nil, apiError{46003, ""}
	}
	out := map[string]any{"menu": map[string]any{"button": p.menu.buttons, "menuid": p.menu.id}}
	if len(p.menu.conditional) > 0 {
		newestFirst := slices.Clone(p.menu.conditional)
		slices.Reverse(newestFirst)
		out["conditionalmenu"] = newestFirst
	}
	return out, nil
}

// deleteMenu deletes the conditional menus with the default one.
func (p *Platform) deleteMenu(*http.Request, []byte) (any, error) {
	p.menu = menus{id: p.menu.id}
	return succeeded, nil
}

// idText reads an id that callers send as a string or as a number.
func idText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
