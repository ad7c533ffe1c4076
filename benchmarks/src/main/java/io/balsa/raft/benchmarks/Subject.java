package io.balsa.raft.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** What is measured: three times the same work. */
enum Subject {
    /** The library with its defaults. */
    BALSA(3),
    /** The speed of light: replication and sync without Raft. */
    NULL_REPLICATION(3),
    /** One process that writes and syncs: tells whether null replication itself is any good. */
    SYNC_ONLY(1);

    private final int processes;

    Subject(int processes) {
        this.processes = processes;
    }

    int processes() {
        return processes;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Subject of(String label) {
        return Arrays.stream(values())
                .filter(subject -> subject.label().equals(label.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no subject " + label));
    }
}
