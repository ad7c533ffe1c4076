package io.balsa.raft.runtime;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import io.balsa.raft.session.SessionSection;
import io.balsa.raft.session.SessionTable;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The replicated state: the application's state machine, and what the library itself keeps as a function of the log, the
 * sessions of clients (section 6.3) and the hashes of all results. A snapshot has all of it. The apply agent's.
 */
final class LibraryState implements SnapshotContent.Library {

    private static final int SESSIONS = 1;
    private static final int HASHES = 2;
    private static final byte[] NO_RESULT = {};

    private final StateMachine stateMachine;
    private final ResultHashes hashes;
    private SessionTable sessions = new SessionTable();

    LibraryState(StateMachine stateMachine, ResultHashes hashes) {
        this.stateMachine = stateMachine;
        this.hashes = hashes;
    }

    /** Whether entries of this kind have a result that somebody may wait for. */
    static boolean answers(EntryKind kind) {
        return kind == EntryKind.COMMAND || kind == EntryKind.SESSION;
    }

    /** Applies the entry at this index, of any kind, and returns its result, which is empty if it {@link #answers} nobody. */
    byte[] apply(EntryRun run, long index) {
        byte[] result = answers(run.kind()) ? answer(run, index) : NO_RESULT;
        hashes.add(run, index, result);
        return result;
    }

    private byte[] answer(EntryRun run, long index) {
        if (run.kind() == EntryKind.COMMAND) {
            return apply(new Command(run, index));
        }
        return sessions.apply(
                        index, run.term(), run.payload(index), bytes -> apply(new Command(index, run.term(), bytes)))
                .encode();
    }

    private byte[] apply(Command command) {
        byte[] result = stateMachine.apply(command);
        if (result == null) {
            throw new IllegalStateException(
                    "the state machine answered null to the command at index " + command.index());
        }
        return result;
    }

    @Override
    public List<SnapshotContent.Captured> capture() {
        SessionSection captured = sessions.capture();
        List<SnapshotContent.Captured> sections = new ArrayList<>();
        sections.add(new SnapshotContent.Captured(SESSIONS, captured.sizeBytes(), captured::writeTo));
        hashes.capture().ifPresent(bytes -> sections.add(SnapshotContent.Captured.of(HASHES, bytes)));
        return List.copyOf(sections);
    }

    @Override
    public void restore(List<SnapshotContent.Section> sections, long lastIndex) throws IOException {
        SessionTable restored = new SessionTable();
        Optional<byte[]> captured = Optional.empty();
        for (SnapshotContent.Section section : sections) {
            switch (section.id()) {
                case SESSIONS ->
                    restored = SessionTable.readFrom(new DataInputStream(new ByteArrayInputStream(section.bytes())));
                case HASHES -> captured = Optional.of(section.bytes());
                default ->
                    throw new IOException("the snapshot has a section " + section.id()
                            + ", which a later version of the library must have written");
            }
        }
        hashes.restore(captured, lastIndex);
        sessions = restored;
    }
}
