package io.balsa.raft.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process under test, as its parent sees it: a line comes in, a line goes out. It ends when its parent does, because then
 * there is nothing to read any more.
 */
final class NodeProcess {

    /** Begins each answer; whatever else a process prints is not meant for its parent. */
    static final String ANSWER = "> ";

    private final Server server;
    private final SyncMeter meter;
    private @Nullable ClosedLoop loop;

    private NodeProcess(Server server, SyncMeter meter) {
        this.server = server;
        this.meter = meter;
    }

    static void run(Arguments arguments) throws IOException {
        // The JDK's HTTP server reads this once, before the first server is made.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        SyncMeter meter = new SyncMeter();
        ServerSetup setup = new ServerSetup(
                arguments.number("id", 1, 1),
                arguments.numbers("ports", List.of(), 1),
                Path.of(arguments.require("dir")),
                meter);
        try (Server server = open(Subject.of(arguments.require("subject")), setup)) {
            new NodeProcess(server, meter).converse();
        }
    }

    private static Server open(Subject subject, ServerSetup setup) throws IOException {
        if (subject == Subject.BALSA) {
            return new RaftServer(setup);
        }
        return setup.id() == 1 ? new NullLeader(setup) : new NullFollower(setup);
    }

    private void converse() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            String answer;
            try {
                answer = "ok " + answer(line.split(" ", -1));
            } catch (IllegalStateException e) {
                answer = "failed " + e.getMessage();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            System.out.println(ANSWER + answer);
            System.out.flush();
        }
    }

    private String answer(String[] words) throws InterruptedException {
        return switch (words[0]) {
            case "leads" -> Boolean.toString(server.leads());
            case "counters" -> Counters.ofThisProcess(meter).toLine();
            case "start" -> start(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "begin" -> {
                load().begin();
                yield "";
            }
            case "end" -> load().end().toLine();
            case "stop" -> {
                load().stop();
                yield "";
            }
            default -> throw new IllegalStateException("what is " + words[0] + "?");
        };
    }

    private String start(int concurrency, int payloadBytes) {
        ClosedLoop started = new ClosedLoop(server, concurrency, payloadBytes);
        loop = started;
        started.start();
        return "";
    }

    private ClosedLoop load() {
        ClosedLoop current = loop;
        if (current == null) {
            throw new IllegalStateException("there is no load");
        }
        return current;
    }
}
