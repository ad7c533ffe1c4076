package io.balsa.raft.explore;

import io.balsa.raft.core.TestDisk;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All logs that occur, as a tree: a log is the number of its last entry's node, so two logs are the same if their numbers
 * are, and one is a prefix of the other if it lies on the other's way to the root.
 */
final class LogTree {

    /** The log without entries. */
    static final int EMPTY = 0;

    /** An entry after the log {@code parent}; {@code text} is the whole log in words. */
    private record Node(int parent, long term, int length, String text, long mark) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    LogTree() {
        nodes.add(new Node(EMPTY, 0, 0, "", 0));
    }

    /** The log on a disk. */
    int of(TestDisk disk) {
        int log = EMPTY;
        for (long index = 1; index <= disk.lastIndex(); index++) {
            log = append(log, disk.entry(index));
        }
        return log;
    }

    private int append(int log, LogEntry entry) {
        String command = new String(entry.data(), StandardCharsets.UTF_8);
        String text = nodes.get(log).text
                + ' '
                + entry.term()
                + ':'
                + (entry.kind() == EntryKind.COMMAND ? command : entry.kind().name());
        Integer known = numbers.putIfAbsent(text, nodes.size());
        if (known != null) {
            return known;
        }
        nodes.add(new Node(log, entry.term(), nodes.get(log).length + 1, text, Mixing.of(text)));
        return nodes.size() - 1;
    }

    int length(int log) {
        return nodes.get(log).length;
    }

    /** The term of the last entry. */
    long lastTerm(int log) {
        return nodes.get(log).term;
    }

    /** The part of a log up to {@code index}, or all of it if it is shorter. */
    int upTo(int log, long index) {
        int prefix = log;
        while (nodes.get(prefix).length > index) {
            prefix = nodes.get(prefix).parent;
        }
        return prefix;
    }

    boolean isPrefix(int prefix, int log) {
        return upTo(log, nodes.get(prefix).length) == prefix;
    }

    /** "If two logs contain an entry with the same index and term, then the logs are identical up to it" (figure 3.2). */
    boolean match(int one, int other) {
        int shorter = Math.min(length(one), length(other));
        int left = upTo(one, shorter);
        int right = upTo(other, shorter);
        while (left != right) {
            if (lastTerm(left) == lastTerm(right)) {
                return false;
            }
            left = nodes.get(left).parent;
            right = nodes.get(right).parent;
        }
        return true;
    }

    /** A number that two logs share only if they are equal. */
    long mark(int log) {
        return nodes.get(log).mark;
    }

    String text(int log) {
        return "[" + nodes.get(log).text.strip() + "]";
    }
}
