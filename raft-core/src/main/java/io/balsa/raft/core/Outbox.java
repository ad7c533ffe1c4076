package io.balsa.raft.core;

import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import java.util.ArrayList;
import java.util.List;

/** Collects what goes into the next {@link Ready}; holds back, by their type, the messages that must wait for the disk. */
final class Outbox {

    private List<Message> messages = new ArrayList<>();
    private List<AfterSync> messagesAfterSync = new ArrayList<>();
    private List<Load> loads = new ArrayList<>();
    private List<Notice> notices = new ArrayList<>();

    boolean isEmpty() {
        return messages.isEmpty() && messagesAfterSync.isEmpty() && loads.isEmpty() && notices.isEmpty();
    }

    void send(Message message) {
        if (message instanceof AfterSync promise) {
            messagesAfterSync.add(promise);
        } else {
            messages.add(message);
        }
    }

    void load(Load load) {
        loads.add(load);
    }

    void tell(Notice notice) {
        notices.add(notice);
    }

    /** Entries from {@code index} on were dropped: what acknowledges them must not be said any more. */
    void dropAcknowledgementsFrom(long index) {
        messagesAfterSync.removeIf(
                message -> message instanceof AppendEntriesAccepted accepted && accepted.matchIndex() >= index);
    }

    List<Message> takeMessages() {
        List<Message> taken = messages;
        messages = new ArrayList<>();
        return taken;
    }

    /** Without those of an earlier term than the current one, which nobody waits for any more. */
    List<AfterSync> takeMessagesAfterSync(long currentTerm) {
        List<AfterSync> taken = messagesAfterSync;
        messagesAfterSync = new ArrayList<>();
        taken.removeIf(message -> message.term() < currentTerm);
        return taken;
    }

    List<Load> takeLoads() {
        List<Load> taken = loads;
        loads = new ArrayList<>();
        return taken;
    }

    List<Notice> takeNotices() {
        List<Notice> taken = notices;
        notices = new ArrayList<>();
        return taken;
    }
}
