// Package email renders notifications as e-mail, text and HTML, in the policyholder's language (nl, fr, de, en), and
// sends it by SMTP or writes it to a folder.
//
// The subject first says what happened, then to which buyer, whose name is cut. An indication (a preliminary answer)
// never says that anything is in effect; a limit in notice says what is in force now beside what comes. The body says
// for each change what changed, from when, why, and what to do now; a grade is never printed without its scale. It is
// built from package notice, which holds only what the policyholder may see.
//
// What Render gives is the whole message, header fields and boundaries included, the same for the same input: every
// attempt sends the same bytes. The Message-ID is made from the notification's id, so a repetition can be recognised.
//
// To add a language: a file like english.go, an entry in languages, and the golden files.
package email
