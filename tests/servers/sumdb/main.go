// Judges checkpoints and proofs with Go's golang.org/x/mod/sumdb, which shares nothing with Mithaq.
//
// It reads one JSON document from standard input and writes one to standard output. Nothing is expected
// here: whether a note or a proof should have been accepted is for the caller to compare.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Size  int64
	Root  []byte
	Index int64
	Leaf  []byte
	Proof [][]byte
}

type consistency struct {
	Size    int64
	Root    []byte
	OldSize int64
	OldRoot []byte
	Proof   [][]byte
}

type question struct {
	Key         string
	Notes       []string
	Inclusion   []inclusion
	Consistency []consistency
	// Entries are all entries of the tree that the first note is about.
	Entries [][]byte
}

type answer struct {
	Notes       []bool
	Inclusion   []bool
	Consistency []bool
	// Size and Root stand in the first note; Computed is the root over all entries.
	Size     int64
	Root     string
	Computed string
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	verifier, err := note.NewVerifier(asked.Key)
	if err != nil {
		fail(err)
	}
	var said answer
	for number, text := range asked.Notes {
		opened, err := note.Open([]byte(text), note.VerifierList(verifier))
		said.Notes = append(said.Notes, err == nil)
		if number == 0 && err == nil {
			said.Size, said.Root = head(opened.Text, verifier.Name())
		}
	}
	for _, one := range asked.Inclusion {
		err := tlog.CheckRecord(hashes(one.Proof), one.Size, hash(one.Root), one.Index, hash(one.Leaf))
		said.Inclusion = append(said.Inclusion, err == nil)
	}
	for _, one := range asked.Consistency {
		err := tlog.CheckTree(hashes(one.Proof), one.Size, hash(one.Root), one.OldSize, hash(one.OldRoot))
		said.Consistency = append(said.Consistency, err == nil)
	}
	said.Computed = rootOver(asked.Entries)
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		fail(err)
	}
}

// head reads a checkpoint's lines: origin, size, root.
func head(text, origin string) (int64, string) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		fail(fmt.Errorf("not a checkpoint of %s: %q", origin, text))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		fail(err)
	}
	return size, lines[2]
}

// rootOver builds the whole tree anew, with Go's own storage of hashes.
func rootOver(entries [][]byte) string {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for place, index := range indexes {
			found[place] = stored[index]
		}
		return found, nil
	})
	for number, entry := range entries {
		more, err := tlog.StoredHashes(int64(number), entry, reader)
		if err != nil {
			fail(err)
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(int64(len(entries)), reader)
	if err != nil {
		fail(err)
	}
	return base64.StdEncoding.EncodeToString(root[:])
}

func hash(raw []byte) (full tlog.Hash) {
	copy(full[:], raw)
	return full
}

func hashes(raw [][]byte) []tlog.Hash {
	var all []tlog.Hash
	for _, one := range raw {
		all = append(all, hash(one))
	}
	return all
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
