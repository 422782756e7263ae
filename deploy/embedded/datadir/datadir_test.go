package datadir_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"barometer/deploy/embedded/datadir"
)

// holdVariable makes this test binary a second process that holds the directory until its input ends.
const holdVariable = "DATADIR_TEST_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdVariable); dir != "" {
		if _, err := datadir.Lock(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("held")
		bufio.NewReader(os.Stdin).ReadByte()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestDirectoryIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	d, err := datadir.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o700 {
		t.Errorf("mode is %04o", mode)
	}
	if d.Join("kafka", "x") != filepath.Join(path, "kafka", "x") {
		t.Errorf("Join gives %s", d.Join("kafka", "x"))
	}
}

func TestDirectoryThatOthersMayWriteIsRefused(t *testing.T) {
	path := t.TempDir()
	if err := os.Chmod(path, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := datadir.Lock(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error is %v", err)
	}
}

func TestSecondProcessIsToldWhichDirectoryIsHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), holdVariable+"="+path)
	stdin, _ := other.StdinPipe()
	stdout, _ := other.StdoutPipe()
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process says %q", line)
	}

	if _, err := datadir.Lock(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(),
		"another process") {
		t.Errorf("error is %v", err)
	}

	// A process that is killed leaves nothing that has to be cleaned up.
	other.Process.Kill()
	other.Wait()
	stdin.Close()
	d, err := datadir.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := datadir.Lock(path); err == nil {
		t.Error("the same process got it twice")
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := datadir.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}
