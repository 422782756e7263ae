package documents

import (
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is how many bytes a file's name has at most: file systems take 255, and browsers add to it.
const maxName = 180

// Disposition is the Content-Disposition of a document: to be saved, never to be shown, under a name that leads nowhere
// and ends as its type does. Where its name says nothing, it is called as fallback.
func Disposition(name, fallback string, t Type) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": FileName(name, fallback, t)})
}

// FileName is a name of one file for a document of type t. It ends as t does: a text that calls itself letter.html
// becomes letter.html.txt, as no program may open a text as something else.
func FileName(name, fallback string, t Type) string {
	clean := safe(name)
	if clean == "" {
		clean = safe(fallback)
	}
	if clean == "" {
		clean = "document"
	}
	ending := ""
	if byName(clean) != t || t == None {
		ending = accepted[t].extensions[0]
	}
	if most := maxName - len(ending); len(clean) > most {
		if ending == "" { // what is cut off is the ending
			ending = accepted[t].extensions[0]
			most = maxName - len(ending)
		}
		clean = strings.TrimRight(strings.ToValidUTF8(clean[:most], ""), ". ")
	}
	return clean + ending
}

// safe is what follows the last separator of paths, without characters that are not seen, without those that file
// systems refuse, and without dots and spaces at its ends.
func safe(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, !unicode.IsPrint(r): // controls, and marks that turn the direction of a text
			return -1
		case strings.ContainsRune(`:*?"<>|`, r):
			return '_'
		}
		return r
	}, name)
	return strings.Trim(name, ". ")
}
