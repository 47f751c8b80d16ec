package knowledge

import "crypto/sha256"

// face is what the check of one entry sees of another one. That a number is another one shows in
// no face: whoever names it need not be checked again.
type face struct {
	ID     ID
	Kind   Kind
	Named  bool
	Parent ID
	Facts  map[string]factFace

	digest digest
}

// factFace is what other entries see of a fact.
type factFace struct {
	Type FactType
	Weak []Text // its values of low confidence, now or later
}

// entry gives the face of the entry with this id, or nil, to the check of another one.
func (c *compiler) entry(id ID) *face {
	f := c.face(id)
	c.now.entries[id] = f.digest
	if f.digest == (digest{}) {
		return nil
	}
	return f
}

// face is that of the entry with this id; that of no entry has no digest.
func (c *compiler) face(id ID) *face {
	f := c.faces[id]
	if f != nil {
		return f
	}
	f = new(face)
	if e := c.byID[id]; e != nil {
		f = faceOf(e)
		f.digest = sha256.Sum256(encodeJSON(f))
	}
	c.faces[id] = f
	return f
}

func faceOf(e *Entry) *face {
	f := &face{ID: e.ID, Kind: e.Kind, Named: !e.Name.Empty(), Parent: e.Parent, Facts: map[string]factFace{}}
	for name, fact := range e.Facts {
		seen := factFace{Type: fact.Type}
		for _, v := range fact.versions() {
			if v.Confidence == Low {
				seen.Weak = append(seen.Weak, Text{v.Value + v.Values.Zh, v.Value + v.Values.En, v.Value + v.Values.Es})
			}
		}
		f.Facts[name] = seen
	}
	return f
}
