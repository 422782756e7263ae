package opaque

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

var errToken = errors.New("not a token of this server, for this reader")

// Sealer seals what a reader hands back later: positions, cursors, ids of requests. A token opens for its purpose and
// reader only and says nothing but its length, in steps of padding. What seal gives is the same for the same content:
// the nonce is a keyed hash of it. What fresh gives is never the same, so that two tokens do not tell whether anything
// has happened in between.
type Sealer struct {
	aead cipher.AEAD
	mac  []byte
}

func New(secret []byte) (*Sealer, error) {
	keys, err := hkdf.Key(sha256.New, secret, nil, "barometer: opaque tokens of the API, 1", 64)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of opaque tokens: %w", err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, fmt.Errorf("cipher of opaque tokens: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cipher of opaque tokens: %w", err)
	}
	return &Sealer{aead, keys[32:]}, nil
}

// Seal makes a token of v, which is small and encodes as JSON.
func (o *Sealer) Seal(purpose string, reader string, v any) string {
	plain, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("dashboard: sealing %T: %v", v, err))
	}
	bound := binding(purpose, reader)
	plain = padded(plain)
	mac := hmac.New(sha256.New, o.mac)
	mac.Write(bound)
	mac.Write(plain)
	nonce := mac.Sum(nil)[:o.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(o.aead.Seal(nonce, nonce, plain, bound))
}

// Fresh makes a token of v that differs each time.
func (o *Sealer) Fresh(purpose string, reader string, v any) string {
	plain, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("dashboard: sealing %T: %v", v, err))
	}
	nonce := make([]byte, o.aead.NonceSize())
	_, _ = rand.Read(nonce) // crypto/rand's never fails
	return base64.RawURLEncoding.EncodeToString(o.aead.Seal(nonce, nonce, padded(plain), binding(purpose, reader)))
}

// padding is what lengths of tokens are a multiple of: positions have more digits as others' records come.
const padding = 128

// padded makes JSON longer by what JSON ignores.
func padded(plain []byte) []byte {
	return append(plain, bytes.Repeat([]byte{' '}, (padding-len(plain)%padding)%padding)...)
}

// Open reads a token into v. errToken.
func (o *Sealer) Open(purpose string, reader string, token string, v any) error {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < o.aead.NonceSize() {
		return errToken
	}
	n := o.aead.NonceSize()
	plain, err := o.aead.Open(nil, b[:n], b[n:], binding(purpose, reader))
	if err != nil {
		return errToken
	}
	d := json.NewDecoder(bytes.NewReader(plain))
	if d.Decode(v) != nil {
		return errToken
	}
	return nil
}

func binding(purpose string, reader string) []byte { return []byte(purpose + "\x00" + reader) }
