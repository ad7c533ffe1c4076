package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Mistake.inMemory;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Mistakes about what is read. */
final class ReadingMistakes {

    static final List<Mistake> ALL = List.of(
            inMemory("reads-what-is-not-synced", (sound, memo) -> new Wrapped(sound) {
                private long synced;

                @Override
                public void sync() {
                    super.sync();
                    List<EntryRun> runs = runsFrom(1);
                    synced = runs.isEmpty() ? 0 : runs.get(runs.size() - 1).lastIndex();
                }

                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    return from > synced ? List.of() : super.read(from, Math.min(to, synced), maxBytes);
                }
            }),
            inMemory("reads-exactly-the-range", (sound, memo) -> new Wrapped(sound) {
                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    return super.read(from, to == Long.MAX_VALUE ? to : to + 1, maxBytes);
                }
            }),
            inMemory("reads-what-there-is", (sound, memo) -> new Wrapped(sound) {
                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    List<EntryRun> runs = super.read(from, to, maxBytes);
                    if (runs.isEmpty()) {
                        throw new StorageException("there is no entry " + from);
                    }
                    return runs;
                }
            }),
            inMemory("reads-stop-at-the-limit", (sound, memo) -> new Wrapped(sound) {
                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    return super.read(from, to, Integer.MAX_VALUE);
                }
            }),
            inMemory("reads-at-least-one", (sound, memo) -> new Wrapped(sound) {
                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    List<EntryRun> runs = super.read(from, to, maxBytes);
                    boolean fits = runs.isEmpty() || runs.get(0).sizeBytes() <= maxBytes;
                    return fits ? runs : List.of();
                }
            }),
            inMemory("reads-never-mix", (sound, memo) -> new EntryByEntry(sound)));

    private ReadingMistakes() {}

    /** Puts runs together from entries that it reads one by one, and while another thread is reading, appends get between. */
    private static final class EntryByEntry extends Wrapped {

        private final AtomicLong appends = new AtomicLong();
        private volatile @Nullable Thread owner;

        EntryByEntry(Storage sound) {
            super(sound);
        }

        @Override
        public StoredState open(NodeIdentity identity, Membership founding) {
            owner = Thread.currentThread();
            return super.open(identity, founding);
        }

        @Override
        public void append(EntryRun run) {
            super.append(run);
            appends.incrementAndGet();
        }

        @Override
        public List<EntryRun> read(long from, long to, int maxBytes) {
            if (Thread.currentThread() == owner) {
                return super.read(from, to, maxBytes);
            }
            EntryRun first = super.read(from, from, maxBytes).get(0);
            long before = appends.get();
            while (appends.get() < before + 2) {
                Thread.onSpinWait();
            }
            List<byte[]> payloads = new ArrayList<>(List.of(first.copyOfPayload(from)));
            for (EntryRun run : super.read(from + 1, to, maxBytes)) {
                run.entries().forEach(entry -> payloads.add(entry.data()));
            }
            return List.of(EntryRun.of(from, first.term(), EntryKind.COMMAND, payloads));
        }
    }
}
