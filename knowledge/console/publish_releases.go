package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// releasesPage lists what was published.
type releasesPage struct {
	Releases []releaseLine
	BuiltIn  bool // nothing was published yet
}

// releaseLine is a release as lists and its page name it.
type releaseLine struct {
	versions.Release
	By, ReviewedBy string
	Wrote          []string
	Live           bool
}

// Waits says that nobody but who published an emergency release has looked at it.
func (r releaseLine) Waits() bool { return r.Emergency && r.Reviewed == nil }

func releasePath(number int) string { return "/releases/" + strconv.Itoa(number) }

func (c *Console) releasesPage(v *visit) error {
	everybody, err := c.people.People(v.ctx())
	if err != nil {
		return err
	}
	lines, pointer, err := c.releaseLines(v.ctx(), namesOf(everybody))
	if err != nil {
		return err
	}
	return v.show("releases", releasesPage{Releases: lines, BuiltIn: pointer.ID == ""})
}

// releaseLines are all releases, newest first, and what is live. names are people's by login.
func (c *Console) releaseLines(ctx context.Context, names map[string]string) ([]releaseLine, versions.Pointer, error) {
	pointer, err := c.store.Active(ctx)
	if err != nil {
		return nil, pointer, err
	}
	list, err := c.store.Releases(ctx)
	if err != nil {
		return nil, pointer, err
	}
	lines := make([]releaseLine, len(list))
	for i, r := range list {
		lines[i] = releaseLine{Release: r, By: named(names, r.Who), Live: r.Number == pointer.Number && r.ID == pointer.ID}
		for _, login := range r.Authors {
			lines[i].Wrote = append(lines[i].Wrote, named(names, login))
		}
		if r.Reviewed != nil {
			lines[i].ReviewedBy = named(names, r.Reviewed.Who)
		}
	}
	return lines, pointer, nil
}

// releasePage is one release: what it changed, and what would change if it were live again.
type releasePage struct {
	releaseLine
	Before  int // the release before it; 0 for the first
	Changes []*subject

	Current   int        // the number of the live one
	Back      []*subject // what changes when this one becomes live
	Epoch     int64
	Why       field // of the form that goes back
	Refusal   string
	Note      field
	MayReview bool // somebody else than who published and wrote it
}

func (c *Console) releasePage(v *visit) error { return c.showRelease(v, field{}, 0, "") }

// showRelease shows the page of the release in the path.
func (c *Console) showRelease(v *visit, reason field, status int, refusal string) error {
	everybody, err := c.people.People(v.ctx())
	if err != nil {
		return err
	}
	lines, pointer, err := c.releaseLines(v.ctx(), namesOf(everybody))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(lines, func(r releaseLine) bool { return strconv.Itoa(r.Number) == v.param("number") })
	if at < 0 {
		return v.refuse(http.StatusNotFound, "")
	}
	line := lines[at]
	p := releasePage{releaseLine: line, Current: pointer.Number, Epoch: pointer.Epoch, Why: reason, Refusal: refusal,
		MayReview: line.Who != v.who.Login && !slices.Contains(line.Authors, v.who.Login)}
	files, d, err := c.readRelease(v.ctx(), line.ID)
	if err != nil {
		return err
	}
	if at+1 < len(lines) {
		_, before, err := c.readRelease(v.ctx(), lines[at+1].ID)
		if err != nil {
			return err
		}
		p.Before, p.Changes = lines[at+1].Number, v.subjects(before, d)
	}
	if !line.Live && files != nil && v.who.Role.Includes(people.Publisher) {
		p.Back = v.subjects(c.live.Serving().Draft, d)
	}
	v.status, v.explained = status, refusal != ""
	return v.show("release", p)
}

// readRelease gives the files of a release, read.
func (c *Console) readRelease(ctx context.Context, id string) (knowledge.Files, *knowledge.Draft, error) {
	serving := c.live.Serving()
	if id == serving.Pointer.ID && id != "" {
		return serving.Files, serving.Draft, nil
	}
	files, err := c.store.Files(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	d, _ := knowledge.ReadFiles(files, serving.Draft)
	return files, d, nil
}

// ofPath gives the release that the path names.
func (c *Console) ofPath(v *visit) (versions.Release, error) {
	list, err := c.store.Releases(v.ctx())
	if err != nil {
		return versions.Release{}, err
	}
	for _, r := range list {
		if strconv.Itoa(r.Number) == v.param("number") {
			return r, nil
		}
	}
	return versions.Release{}, v.refuse(http.StatusNotFound, "")
}

// releaseZip gives the files of a release to keep.
func (c *Console) releaseZip(v *visit) error {
	r, err := c.ofPath(v)
	if err != nil {
		return err
	}
	files, err := c.store.Files(v.ctx(), r.ID)
	if err != nil {
		return err
	}
	packed, err := files.Pack()
	if err != nil {
		return err
	}
	return v.download("zhilu-"+strconv.Itoa(r.Number)+".zip", "application/zip", packed)
}

// activate makes an older release live again. It must compile here first: an instance that
// cannot use a release would keep the one it has.
func (c *Console) activate(v *visit) error {
	r, err := c.ofPath(v)
	if err != nil {
		return v.unpublished(err)
	}
	reason := v.field("reason")
	if n := utf8.RuneCountInString(reason.Value); n == 0 || n > maxReason {
		reason.Problem = v.say("publish.reason_wanted")
		return c.showRelease(v, reason, http.StatusUnprocessableEntity, "")
	}
	_, d, err := c.readRelease(v.ctx(), r.ID)
	if err != nil {
		return v.unpublished(err)
	}
	rel, problems := knowledge.CompileAfter(d, c.live.Release())
	if rel == nil {
		v.recordRefusal("does not compile")
		return c.showRelease(v, reason, http.StatusUnprocessableEntity, v.say("releases.unusable", len(problems.Errors())))
	}
	c.live.Offer(rel)
	epoch, err := strconv.ParseInt(v.posted("epoch"), 10, 64)
	if err != nil {
		epoch = -1
	}
	p, err := c.store.Activate(v.ctx(), v.actor(), r.Number, epoch, reason.Value)
	switch {
	case errors.Is(err, versions.ErrMoved):
		v.recordRefusal("moved")
		_ = c.live.Refresh(v.ctx()) // so that the page compares with what is live now; else it says that it cannot
		return c.showRelease(v, reason, http.StatusConflict, v.say("releases.moved"))
	case errors.Is(err, versions.ErrNothing):
		return v.redirect(releasePath(r.Number), "releases.already", r.Number)
	case err != nil:
		return v.unpublished(err)
	}
	said := "releases.back"
	if err := c.live.Refresh(v.ctx()); err != nil {
		said = "publish.done_later"
	}
	return v.redirect(releasePath(p.Number), said, p.Number)
}

// review takes the red mark off an emergency release.
func (c *Console) review(v *visit) error {
	r, err := c.ofPath(v)
	if err != nil {
		return err
	}
	note := v.field("note")
	if utf8.RuneCountInString(note.Value) > maxReason {
		return v.refuse(http.StatusUnprocessableEntity, "refused.reason")
	}
	err = c.store.MarkReviewed(v.ctx(), v.actor(), r.Number, note.Value)
	var own *versions.ErrSecond
	switch {
	case errors.As(err, &own):
		v.recordRefusal("second person")
		return v.refuse(http.StatusForbidden, "releases.review_own")
	case err != nil:
		return err
	}
	return v.redirect(releasePath(r.Number), "releases.reviewed", r.Number)
}
