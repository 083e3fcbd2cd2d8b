"""Reads a log's tiles and proofs with nothing but Python's own library: RFC 6962 and C2SP tlog-tiles, written anew.

Usage: outside_reader.py FOLDER. Prints what agreed; exits with 1 at the first thing that does not. Signatures are not checked:
Python's library has no Ed25519.
"""

import base64
import hashlib
import os
import sys


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """RFC 6962 section 2.1, as it is defined: split at the largest power of two below the length."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


def tile_path(level, number, width):
    groups = ["%03d" % (number % 1000)]
    while number >= 1000:
        number //= 1000
        groups.insert(0, "x%03d" % (number % 1000))
    return "tile/%s/%s%s" % (level, "/".join(groups), "" if width == 256 else ".p/%d" % width)


def proven_root(index, size, hash_, path):
    """RFC 9162 section 2.1.3.2."""
    if index >= size:
        return None
    fn, sn = index, size - 1
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            hash_ = node_hash(p, hash_)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            hash_ = node_hash(hash_, p)
        fn >>= 1
        sn >>= 1
    return hash_ if sn == 0 else None


def check(holds, what):
    if not holds:
        sys.exit("does not agree: " + what)


def main(folder):
    def read(path):
        with open(os.path.join(folder, path), "rb") as file:
            return file.read()

    _, size, root = read("checkpoint").decode().split("\n")[:3]
    size, root = int(size), base64.b64decode(root)
    leaves = []
    for tile in range((size + 255) // 256):
        width = min(256, size - tile * 256)
        bundle, at = read(tile_path("entries", tile, width)), 0
        while at < len(bundle):
            length = int.from_bytes(bundle[at : at + 2], "big")
            leaves.append(leaf_hash(bundle[at + 2 : at + 2 + length]))
            at += 2 + length
    check(len(leaves) == size, "number of entries")
    check(root_of(leaves) == root, "root of all entries")
    level, hashes = 0, leaves
    while hashes:
        for tile in range((len(hashes) + 255) // 256):
            part = hashes[tile * 256 : tile * 256 + 256]
            check(read(tile_path(level, tile, len(part))) == b"".join(part), tile_path(level, tile, len(part)))
        full = len(hashes) // 256
        level, hashes = level + 1, [root_of(hashes[n * 256 : n * 256 + 256]) for n in range(full)]
    proofs = sorted(os.listdir(os.path.join(folder, "proofs")))
    for name in proofs:
        head, note = read("proofs/" + name).decode().split("\n\n", 1)
        first, index, *path = head.split("\n")
        check(first == "c2sp.org/tlog-proof@v1" and index.startswith("index "), name)
        index, path = int(index[6:]), [base64.b64decode(line) for line in path]
        check(note.encode() == read("checkpoint"), name + ": checkpoint")
        check(proven_root(index, size, leaves[index], path) == root, name)
        check(not path or proven_root(index, size, leaves[index], path[:-1]) != root, name + " without its last hash")
    print("%d entries, %d levels of tiles, %d proofs" % (size, level, len(proofs)))


main(sys.argv[1])
