package io.balsa.raft.explore;

import io.balsa.raft.explore.ServerGraph.View;
import io.balsa.raft.message.AppendEntriesAccepted;

/** The properties of figure 3.2 and what follows from them, between the servers of a cluster, checked after every step. */
final class Properties {

    private final LogTree logs;
    private final History history;
    private final Messages messages;
    private final View[] views;
    private final boolean listens;

    Properties(Scope scope, LogTree logs, History history, Messages messages) {
        this.logs = logs;
        this.history = history;
        this.messages = messages;
        views = new View[scope.servers()];
        listens = scope.listens();
    }

    /** A server as it is after the step that is to be checked next. */
    void set(int server, View view) {
        views[server] = view;
    }

    /**
     * Checks a step.
     *
     * @param server who made it, counted from 0
     * @param before what it was before
     * @param past the number of the past before
     * @return the number of the past with this step
     */
    int check(int server, View before, int past) {
        View now = views[server];
        if (now.equals(before)) {
            return past;
        }
        int next = past;
        if (now.leads()) {
            next = leads(server, before, next);
        }
        if (now.written() != before.written() || now.durable() != before.durable()) {
            logMatching(server);
        }
        History.Past known = history.get(next);
        if (now.commit() > logs.length(known.committed())) {
            next = commits(server, next);
            known = history.get(next);
        }
        int ownCommitted = logs.upTo(now.written(), now.commit());
        if (!logs.isPrefix(ownCommitted, known.committed())) {
            throw new Violation("S6: n" + (server + 1) + " has committed " + logs.text(ownCommitted) + ", others "
                    + logs.text(known.committed()));
        }
        if (now.durable() != before.durable()) {
            committedIsDurable(known);
        }
        return next;
    }

    private int leads(int server, View before, int past) {
        View now = views[server];
        History.Past known = history.get(past);
        if (before.leads(now.term())) {
            if (!logs.isPrefix(before.written(), now.written())) {
                throw new Violation("S2: leader n" + (server + 1) + " had " + logs.text(before.written()) + " and has "
                        + logs.text(now.written()));
            }
            return past;
        }
        int other = known.leaderOf(now.term());
        if (other != 0 && other != server + 1) {
            throw new Violation("S1: n" + other + " and n" + (server + 1) + " both lead term " + now.term());
        }
        int earlier = 0;
        while (earlier < known.committedIn().size() && known.committedIn().get(earlier) < now.term()) {
            earlier++;
        }
        int mustHave = logs.upTo(known.committed(), earlier);
        if (!logs.isPrefix(mustHave, now.written())) {
            throw new Violation("S4: n" + (server + 1) + " leads term " + now.term() + " with "
                    + logs.text(now.written()) + " but " + logs.text(mustHave) + " was committed before");
        }
        return history.numberOf(known.ledBy(server + 1, now.term()));
    }

    private void logMatching(int server) {
        View now = views[server];
        for (View other : views) {
            boolean match = logs.match(now.written(), other.written())
                    && logs.match(now.written(), other.durable())
                    && logs.match(now.durable(), other.written())
                    && logs.match(now.durable(), other.durable());
            if (!match) {
                throw new Violation("S3: two logs have the same position but not the same entries: "
                        + logs.text(now.written()) + logs.text(now.durable()) + logs.text(other.written())
                        + logs.text(other.durable()));
            }
        }
    }

    private int commits(int server, int past) {
        View now = views[server];
        int committed = logs.upTo(now.written(), now.commit());
        if (!now.leads()) {
            throw new Violation("S7: n" + (server + 1) + " commits " + logs.text(committed) + ", which no leader did");
        }
        History.Past next = history.get(past).committing(committed, logs.length(committed), now.term());
        committedIsDurable(next);
        return history.numberOf(next);
    }

    /** What was ever committed is on the disks of a quorum, at that moment and ever after. */
    private void committedIsDurable(History.Past past) {
        int count = 0;
        for (View view : views) {
            count += logs.isPrefix(past.committed(), view.durable()) ? 1 : 0;
        }
        if (2 * count <= views.length) {
            throw new Violation("S7: " + logs.text(past.committed()) + " is committed, and is on the disks of " + count
                    + " servers");
        }
    }

    /** What a follower acknowledges to the leader of a term is on its disk, and is what the leader has there. */
    void checkSent(int server, int message) {
        if (!listens || !(messages.get(message) instanceof AppendEntriesAccepted accepted)) {
            return;
        }
        View leader = views[(int) accepted.to().value() - 1];
        int promised = logs.upTo(views[server].durable(), accepted.matchIndex());
        boolean same = logs.length(promised) == accepted.matchIndex() && logs.isPrefix(promised, leader.written());
        if (leader.leads(accepted.term()) && !same) {
            throw new Violation("D3: n" + (server + 1) + " says " + accepted + " but its disk has "
                    + logs.text(promised) + " and the leader " + logs.text(leader.written()));
        }
    }
}
