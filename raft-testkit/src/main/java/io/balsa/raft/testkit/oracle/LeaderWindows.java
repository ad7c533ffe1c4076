package io.balsa.raft.testkit.oracle;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What a leader has on its way, reckoned from what it sends and hears, against what its settings allow (A3). Where the
 * outside cannot know whether the leader has given something up, it is not counted.
 */
final class LeaderWindows {

    /** Entries up to an index, as large as this. */
    private record Part(long lastIndex, long bytes) {}

    /** Parts in the order of the log. */
    private static final class Window {
        private final Deque<Part> parts = new ArrayDeque<>();
        private long bytes;
        private long free; // everything up to here has arrived

        /** What was sent and acknowledged before the leader's core was asked what it wants is not on its way. */
        void add(long lastIndex, long size) {
            if (lastIndex > free) {
                parts.add(new Part(lastIndex, size));
                bytes += size;
            }
        }

        void freeUpTo(long index) {
            free = Math.max(free, index);
            while (!parts.isEmpty() && parts.peek().lastIndex <= index) {
                bytes -= parts.remove().bytes;
            }
        }

        /** What is sent again takes the place of what was sent before. */
        void dropAfter(long index) {
            Iterator<Part> fromEnd = parts.descendingIterator();
            while (fromEnd.hasNext()) {
                Part part = fromEnd.next();
                if (part.lastIndex <= index) {
                    return;
                }
                bytes -= part.bytes;
                fromEnd.remove();
            }
        }

        /** Nothing is on its way any more, for all that is known. */
        void forget() {
            parts.clear();
            bytes = 0;
        }

        void clear() {
            forget();
            free = 0;
        }
    }

    private final Optional<RaftConfig> config;
    private final List<Window> followers = new ArrayList<>(); // by number
    private final Window uncommitted = new Window();
    private Membership members;
    private long term; // 0 when it does not lead

    LeaderWindows(Optional<RaftConfig> config, Membership founding) {
        this.config = config;
        members = founding;
    }

    void clear() {
        term = 0;
        uncommitted.clear();
        followers.forEach(Window::clear);
    }

    private Window follower(NodeId id) {
        while (followers.size() <= id.value()) {
            followers.add(new Window());
        }
        return followers.get((int) id.value());
    }

    void onStep(Input input) {
        if (term == 0) {
            return;
        }
        if (input instanceof Input.Received arrived) {
            Message message = arrived.message();
            if (message instanceof AppendEntriesAccepted accepted && accepted.term() == term) {
                follower(accepted.from()).freeUpTo(accepted.matchIndex());
            } else if (message instanceof AppendEntriesRejected rejected) {
                follower(rejected.from()).forget();
            }
        } else if (input instanceof Input.Unreachable unreachable) {
            follower(unreachable.peer()).forget();
        }
    }

    /** The leader's core wants this done, in this membership. Of who is no member, nothing is known for long. */
    void onReady(NodeId id, Ready ready, Membership membership) {
        if (config.isEmpty()) {
            return;
        }
        if (ready.role() != RaftRole.LEADER) {
            if (term != 0) {
                clear();
            }
            return;
        }
        if (term != ready.term()) {
            clear();
            term = ready.term();
        }
        uncommitted.freeUpTo(ready.commitIndex());
        for (EntryRun run : ready.entries()) {
            onAppended(id, run, config.get());
            if (run.kind() == EntryKind.MEMBERSHIP) {
                forgetStrangers(membership);
            }
        }
        for (Message message : ready.messages()) {
            if (message instanceof AppendEntries request && request.term() == term) {
                onSent(id, request, config.get());
            }
        }
    }

    /** Whoever is new is told everything from the beginning. */
    private void forgetStrangers(Membership membership) {
        for (int number = 1; number < followers.size(); number++) {
            NodeId follower = NodeId.of(number);
            if (!membership.contains(follower) || !members.contains(follower)) {
                followers.get(number).clear();
            }
        }
        members = membership;
    }

    private void onAppended(NodeId id, EntryRun run, RaftConfig limits) {
        if (run.term() != term) {
            return;
        }
        if (run.kind() == EntryKind.COMMAND && uncommitted.bytes >= limits.maxPendingBytes()) {
            throw new Violation("A3", id + " appends " + run + " with " + uncommitted.bytes + " bytes uncommitted");
        }
        uncommitted.add(run.lastIndex(), run.sizeBytes());
    }

    private void onSent(NodeId id, AppendEntries request, RaftConfig limits) {
        long bytes = 0;
        for (EntryRun run : request.runs()) {
            bytes += run.sizeBytes();
        }
        if (request.runs().size() > 1 && bytes > limits.maxBatchBytes()) {
            throw new Violation("A3", id + " sends " + bytes + " bytes of entries in one message");
        }
        Window window = follower(request.to());
        window.dropAfter(request.previous().index());
        if (bytes > 0) {
            boolean full =
                    window.parts.size() >= limits.maxInflightMessages() || window.bytes >= limits.maxInflightBytes();
            if (full) {
                throw new Violation(
                        "A3",
                        id + " sends to " + request.to() + " with " + window.parts.size() + " messages and "
                                + window.bytes + " bytes on their way");
            }
            window.add(request.lastIndex(), bytes);
        }
    }
}
