package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The program: {@code java -jar benchmarks.jar cluster|jmh …}. */
public final class Benchmarks {

    private static final String USAGE = """
            usage: benchmarks.jar cluster [--subjects balsa,null-replication] [--seconds 5] [--warmup 3]
                                          [--payload 256] [--concurrency 1,64,1024] [--rounds 3]
                                          [--dir DIR] [--json FILE] [--jvm "FLAGS"]
                   benchmarks.jar jmh [JMH's own arguments]

              cluster  three processes on loopback with real files and sync, beside null replication:
                       the same work by plain sockets and files without Raft; --subjects may name
                       sync-only too, which writes and syncs in one process and sends nothing
              jmh      the pieces by themselves

              --dir    where the files go and are deleted in the end; a temporary directory if not given
              --jvm    flags for the processes under test; {name} stands for the name of the process\
            """;

    private Benchmarks() {}

    /** Runs what the first argument names. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            refuse("say what to run");
        }
        List<String> rest = Arrays.asList(args).subList(1, args.length);
        try {
            switch (args[0]) {
                case "cluster" -> new ClusterBenchmark(ClusterOptions.parse(rest)).run();
                case "node" -> NodeProcess.run(Arguments.parse(rest));
                case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(new String[0]));
                case "help", "--help", "-h" -> System.out.println(USAGE);
                default -> refuse("there is no benchmark " + args[0]);
            }
        } catch (IllegalArgumentException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private static void refuse(String reason) {
        System.err.println(reason);
        System.err.println(USAGE);
        System.exit(2);
    }
}
