package io.balsa.raft.explore;

import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVoteReply;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All messages that occur, numbered. */
final class Messages {

    private final List<Message> messages = new ArrayList<>();
    private final Marks marks;
    private final BitSet replies = new BitSet();
    private final Map<Message, Integer> numbers = new HashMap<>();

    Messages(List<Renaming> renamings) {
        marks = new Marks(renamings);
    }

    int size() {
        return messages.size();
    }

    Message get(int number) {
        return messages.get(number);
    }

    /** The hashes of all messages. */
    Marks marks() {
        return marks;
    }

    int numberOf(Message message) {
        Message counted = withoutRound(message);
        Integer known = numbers.putIfAbsent(counted, messages.size());
        if (known != null) {
            return known;
        }
        replies.set(
                messages.size(),
                message instanceof RequestVoteReply
                        || message instanceof AppendEntriesAccepted
                        || message instanceof AppendEntriesRejected
                        || message instanceof HeartbeatReply);
        messages.add(counted);
        marks.add(renaming -> "message " + CanonicalText.of(counted, renaming));
        return messages.size() - 1;
    }

    /** Whether it is an answer, which nobody answers in turn; those to pre-votes apart, whose term means less. */
    boolean isReply(int number) {
        return replies.get(number);
    }

    static boolean isHeartbeat(Message message) {
        return message instanceof Heartbeat || message instanceof HeartbeatReply;
    }

    /** Rounds of heartbeats only count for reads, and there are none: without them there are fewer different messages. */
    private static Message withoutRound(Message message) {
        if (message instanceof Heartbeat heartbeat) {
            return new Heartbeat(heartbeat.term(), heartbeat.from(), heartbeat.to(), heartbeat.leaderCommit(), 1);
        }
        if (message instanceof HeartbeatReply reply) {
            return new HeartbeatReply(reply.term(), reply.from(), reply.to(), 1);
        }
        return message;
    }
}
