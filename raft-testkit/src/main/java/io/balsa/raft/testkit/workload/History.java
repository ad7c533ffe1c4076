package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The commands of a run in the order in which they were applied, and what the first state machine said to each. */
final class History {

    /**
     * A command.
     *
     * @param run that it is the only entry of
     * @param reply of the first state machine that applied it
     * @param who that was
     * @param restored whether it had not applied all commands before itself
     */
    record Entry(EntryRun run, Reply reply, String who, boolean restored) {

        long index() {
            return run.firstIndex();
        }

        byte[] data() {
            return run.copyOfPayload(index());
        }

        /** As a state machine gets it. */
        Command command() {
            return new Command(run, index());
        }
    }

    private final SortedMap<Long, Entry> entries = new TreeMap<>();

    /** An entry for a command, which is not taken down yet. */
    static Entry entry(Command command, Reply reply, CheckedMachine<?> machine) {
        EntryRun run = EntryRun.of(command.index(), command.term(), EntryKind.COMMAND, List.of(command.data()));
        return new Entry(run, reply.copy(), machine.toString(), machine.isRestored());
    }

    void add(Entry entry) {
        entries.put(entry.index(), entry);
    }

    Optional<Entry> at(long index) {
        return Optional.ofNullable(entries.get(index));
    }

    /** All up to an index, in order. */
    List<Entry> upTo(long index) {
        return List.copyOf(entries.headMap(index + 1).values());
    }

    /** All of them, in order. */
    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    /** Index of the last one, 0 if there is none. */
    long lastIndex() {
        return entries.isEmpty() ? 0 : entries.lastKey();
    }

    /** Depends on every command and on every result. */
    long hash() {
        long hash = 17;
        for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
            hash = 31 * hash + entry.getKey();
            hash = 31 * hash + entry.getValue().run().checksum();
            hash = 31 * hash + entry.getValue().reply().hashCode();
        }
        return hash;
    }
}
