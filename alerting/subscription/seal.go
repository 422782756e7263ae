package subscription

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// secretPrefix marks a signing secret, as Standard Webhooks writes it.
const secretPrefix = "whsec_"

// secretBytes is the strength of a signing secret: the 24 to 64 bytes of Standard Webhooks.
const secretBytes = 32

// sealer seals signing secrets with the installation's key.
type sealer struct{ aead cipher.AEAD }

func newSealer(secretKey []byte) (*sealer, error) {
	if len(secretKey) < 16 {
		return nil, errors.New("secret_key has fewer than 16 bytes")
	}
	key, err := hkdf.Key(sha256.New, secretKey, nil, "barometer: secrets of subscriptions, 1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the sealing key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("sealing cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("sealing cipher: %w", err)
	}
	return &sealer{aead}, nil
}

// seal binds a secret to the key of its subscription's record.
func (s *sealer) seal(secret, key string) string {
	return base64.StdEncoding.EncodeToString(s.aead.Seal(nil, nil, []byte(secret), []byte(key)))
}

func (s *sealer) open(sealed, key string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return "", fmt.Errorf("sealed secret of %s: %w", key, err)
	}
	secret, err := s.aead.Open(nil, nil, b, []byte(key))
	if err != nil {
		return "", fmt.Errorf("sealed secret of %s does not open with this secret_key: %w", key, err)
	}
	return string(secret), nil
}

func newSecret() string {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(b[:])
}
