package io.balsa.raft.runtime;

import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.Member;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Those who wait for a leader to be known. Safe for use by several threads. */
final class LeaderWatch {

    private final Supplier<RaftStatus> status;
    private final ApplyAgent apply;
    private final Completer completer;
    private final Inbox<CompletableFuture<Member>> waiting = new Inbox<>();
    private volatile boolean stopped;

    LeaderWatch(Supplier<RaftStatus> status, ApplyAgent apply, Completer completer) {
        this.status = status;
        this.apply = apply;
        this.completer = completer;
    }

    /** Puts the future down first and looks for a leader then, while {@link #look} is called after one was published. */
    CompletableFuture<Member> await() {
        CompletableFuture<Member> future = new CompletableFuture<>();
        waiting.put(future);
        look();
        return future;
    }

    /** Called when the published status may name a leader, or when there will be none any more. */
    void look() {
        if (stopped) {
            answer(future -> completer.fail(future, new NodeStoppedException("the node has stopped")));
        } else if (!waiting.isEmpty()) {
            status.get().leader().ifPresent(leader -> answer(future -> completer.complete(future, leader)));
        }
    }

    void stop() {
        stopped = true;
        look();
    }

    private void answer(Consumer<CompletableFuture<Member>> answer) {
        for (CompletableFuture<Member> future : waiting.takeAll()) {
            apply.answer(() -> answer.accept(future));
        }
    }
}
