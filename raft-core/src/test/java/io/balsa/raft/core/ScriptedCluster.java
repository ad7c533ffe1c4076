package io.balsa.raft.core;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A cluster that does what a script says, one command a line. Messages wait in the network until they are delivered, and
 * writes wait at the disk until they are persisted.
 *
 * <pre>
 *   nodes 3                  servers 1 to 3, all voters; first of all
 *   learners 4               further servers that only learn; before nodes
 *   no-prevote               elections begin at once; before nodes
 *   stores                   the membership knows the store of each voter; before nodes
 *   strangers 4              further servers that are no members; after nodes
 *   batch 1                  how many bytes of entries go into one message; before nodes
 *   history 2 1 1 3          server 2 has entries of these terms; before anything happens
 *   term 2 5                 server 2 remembers this term; before anything happens
 *   time 50ms, tick 2 50ms   time passes, for all or for one
 *   campaign 1               time passes for one, until it starts an election
 *   propose 1 x y            commands
 *   read 1                   a read
 *   change 1 voter:4 learner:5 promote:6 demote:2 remove:3
 *                            an operator wants all that of server 1
 *   transfer 1 2             an operator wants server 2 to lead in the place of 1
 *   snapshot 1 7 250         server 1 takes a snapshot as of entry 7, of 250 bytes
 *   store 1                  pieces of a snapshot that have come to server 1 are stored
 *   wipe 1                   like restart, but with an empty disk
 *   persist, persist 1       what waits at the disk of all or one is written, in one sync
 *   persist 1 2              the oldest two writes that wait there
 *   slow 1                   its disk writes only when it is told to by its number
 *   load 1                   old entries that a leader asked for are read
 *   deliver, deliver 1->2    what is in the network, or a part of it, arrives; so do drop, duplicate
 *   crash 1, restart 1       what is not persisted is lost
 *   isolate 1, heal          what is sent from or to a server is lost, until healed
 *   stabilize                persist and deliver until nothing happens
 *   log 1, status, network   what there is
 * </pre>
 */
final class ScriptedCluster {

    private final SortedMap<Long, TestServer> servers = new TreeMap<>();
    private final Set<Long> crashed = new HashSet<>();
    private final Set<Long> isolated = new HashSet<>();
    private final Set<Long> slow = new HashSet<>();
    private List<Message> network = new ArrayList<>();
    private final List<String> output = new ArrayList<>();
    private final Set<Long> learners = new HashSet<>();
    private boolean preVote = true;
    private int batchBytes = 1 << 10;
    private boolean stores;
    private long lastRead;
    private long lastRequest;
    private long lastStore = 900;

    /** Does one command and says what came of it. */
    List<String> run(String line) {
        String[] words = line.strip().split("\\s+", -1);
        String[] rest = Arrays.copyOfRange(words, 1, words.length);
        output.clear();
        switch (words[0]) {
            case "nodes" -> start(Long.parseLong(rest[0]));
            case "learners" -> learners.addAll(numbers(rest));
            case "no-prevote" -> preVote = false;
            case "batch" -> batchBytes = Integer.parseInt(rest[0]);
            case "load" -> each(rest[0], TestServer::reads);
            case "history" -> history(rest);
            case "term" -> term(Long.parseLong(rest[0]), Long.parseLong(rest[1]));
            case "time" -> each("", server -> server.waits(nanos(rest[0])));
            case "tick" -> each(rest[0], server -> server.waits(nanos(rest[1])));
            case "campaign" -> each(rest[0], ScriptedCluster::untilElection);
            case "propose" -> propose(rest);
            case "stores" -> stores = true;
            case "strangers" -> numbers(rest).forEach(this::stranger);
            case "change" -> change(rest);
            case "transfer" -> {
                NodeId target = NodeId.of(Long.parseLong(rest[1]));
                each(
                        rest[0],
                        server -> server.happens(new Input.TransferRequested(++lastRequest, Optional.of(target))));
            }
            case "snapshot" ->
                each(rest[0], server -> server.takesSnapshot(Long.parseLong(rest[1]), Long.parseLong(rest[2])));
            case "store" -> each(rest[0], TestServer::storesPieces);
            case "wipe" -> wipe(Long.parseLong(rest[0]));
            case "read" -> each(rest[0], server -> server.happens(new Input.ReadRequested(++lastRead)));
            case "persist" -> persist(rest);
            case "slow" -> slow.addAll(numbers(rest));
            case "deliver" -> deliver(rest);
            case "drop" -> take(rest).forEach(message -> say("lost " + Words.of(message)));
            case "duplicate" -> network.addAll(matching(rest));
            case "crash" -> crashed.addAll(numbers(rest));
            case "restart" -> restart(Long.parseLong(rest[0]));
            case "isolate" -> isolated.addAll(numbers(rest));
            case "heal" -> isolated.clear();
            case "stabilize" -> stabilize();
            case "log" -> say(Words.log(server(Long.parseLong(rest[0]))));
            case "status" ->
                servers.forEach(
                        (id, server) -> say(crashed.contains(id) ? "n" + id + " is down" : Words.status(server)));
            case "network" -> network.forEach(message -> say(Words.of(message)));
            default -> throw new IllegalArgumentException("unknown command: " + line);
        }
        return List.copyOf(output);
    }

    private void say(String line) {
        output.add(line);
    }

    // --- before anything happens ---

    private void start(long count) {
        Set<Long> voters = new HashSet<>();
        for (long id = 1; id <= count; id++) {
            voters.add(id);
        }
        Membership membership = Setup.membership(voters, Set.of(), learners);
        membership.members().keySet().forEach(id -> put(id, membership, new TestDisk(LogPosition.ZERO)));
    }

    private void put(NodeId id, Membership membership, TestDisk disk) {
        Setup setup = Setup.of(membership).batch(batchBytes).snapshots(0, 100, 0);
        setup = preVote ? setup : setup.withoutPreVote();
        if (stores && disk.storeId() == 0) {
            disk.storeId(Setup.storeOf(id.value()));
        }
        Membership founding = stores ? setup.stores().founding() : membership;
        servers.put(id.value(), new TestServer(id, setup.settings(), founding, disk, id.value()));
    }

    private void stranger(long id) {
        put(NodeId.of(id), server(servers.firstKey()).founding(), new TestDisk(LogPosition.ZERO));
    }

    private void change(String[] rest) {
        MembershipChange change = MembershipChange.begin();
        for (String word : Arrays.copyOfRange(rest, 1, rest.length)) {
            NodeId id = NodeId.of(Long.parseLong(word.substring(word.indexOf(':') + 1)));
            Member member = Member.of(id.value(), "n" + id.value());
            change = switch (word.substring(0, word.indexOf(':'))) {
                case "voter" -> change.addVoter(member);
                case "learner" -> change.addLearner(member);
                case "promote" -> change.promote(id);
                case "demote" -> change.demote(id);
                case "remove" -> change.remove(id);
                default -> throw new IllegalArgumentException("unknown step: " + word);
            };
        }
        MembershipChange wanted = change;
        each(rest[0], server -> server.happens(new Input.ChangeRequested(++lastRequest, wanted)));
    }

    private void wipe(long id) {
        crashed.remove(id);
        server(id).isWiped(++lastStore, id + 1_000);
    }

    private void history(String[] rest) {
        TestServer server = server(Long.parseLong(rest[0]));
        TestDisk disk = new TestDisk(LogPosition.ZERO);
        for (int i = 1; i < rest.length; i++) {
            long term = Long.parseLong(rest[i]);
            disk.write(Setup.run(i, term, term + "." + i));
            disk.write(new HardState(term, Optional.empty()));
        }
        put(server.self(), server.core().membership(), disk);
    }

    private void term(long id, long term) {
        TestServer server = server(id);
        TestDisk disk = server.durable().copy();
        disk.write(new HardState(term, Optional.empty()));
        put(server.self(), server.core().membership(), disk);
    }

    // --- what happens ---

    private static void untilElection(TestServer server) {
        long term = server.core().currentTerm();
        boolean campaigns = false;
        for (int i = 0; i < 100 && !campaigns; i++) {
            server.waitsForDeadline();
            campaigns = switch (server.core().role()) {
                case PRE_CANDIDATE -> true;
                case CANDIDATE -> server.core().currentTerm() > term;
                default -> false;
            };
        }
    }

    private void propose(String[] rest) {
        List<byte[]> commands = Arrays.stream(rest)
                .skip(1)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
        each(rest[0], server -> server.happens(new Input.Proposed(1, commands)));
    }

    private void deliver(String[] rest) {
        for (Message message : take(rest)) {
            if (crashed.contains(message.to().value())) {
                say("lost " + Words.of(message));
            } else {
                say(Words.of(message));
                each("" + message.to().value(), server -> server.receives(message));
            }
        }
    }

    private void persist(String[] rest) {
        switch (rest.length) {
            case 0 ->
                each("", server -> server.persists(slow.contains(server.self().value()) ? 0 : server.writing()));
            case 1 -> each(rest[0], TestServer::persists);
            default -> each(rest[0], server -> server.persists(Integer.parseInt(rest[1])));
        }
    }

    private void restart(long id) {
        crashed.remove(id);
        server(id).restarts(id + 1_000);
    }

    /** Disks and network go on until nothing is left; time stands still. */
    private void stabilize() {
        boolean busy = true;
        while (busy) {
            deliver(new String[0]);
            persist(new String[0]);
            each("", TestServer::reads);
            each("", TestServer::storesPieces);
            busy = !network.isEmpty();
        }
    }

    /** Lets something happen to one server, or to all that are up, and collects what they send and tell. */
    private void each(String id, Consumer<TestServer> what) {
        servers.forEach((number, server) -> {
            if ((id.isEmpty() || id.equals(number.toString())) && !crashed.contains(number)) {
                long committed = server.handedOut();
                what.accept(server);
                server.takeNotices().forEach(notice -> say("n" + number + " " + Words.of(notice)));
                server.takeSent().forEach(this::send);
                if (server.handedOut() > committed) {
                    say("n" + number + " commits " + Words.entries(server, committed + 1, server.handedOut()));
                }
            }
        });
    }

    private void send(Message message) {
        boolean cut = isolated.contains(message.from().value())
                || isolated.contains(message.to().value());
        if (cut) {
            say("lost " + Words.of(message));
        } else {
            network.add(message);
        }
    }

    // --- which ones ---

    private TestServer server(long id) {
        TestServer server = servers.get(id);
        if (server == null) {
            throw new IllegalArgumentException("there is no server " + id);
        }
        return server;
    }

    private List<Message> take(String[] links) {
        List<Message> taken = matching(links);
        List<Message> left = new ArrayList<>(network);
        taken.forEach(left::remove);
        network = left;
        return taken;
    }

    private List<Message> matching(String[] links) {
        Predicate<Message> isMeant = message -> links.length == 0
                || Arrays.asList(links)
                        .contains(message.from().value() + "->" + message.to().value());
        return network.stream().filter(isMeant).toList();
    }

    private static List<Long> numbers(String[] words) {
        return Arrays.stream(words).map(Long::parseLong).toList();
    }

    private static long nanos(String word) {
        if (!word.endsWith("ms")) {
            throw new IllegalArgumentException("a time in ms: " + word);
        }
        return 1_000_000 * Long.parseLong(word.substring(0, word.length() - 2));
    }
}
