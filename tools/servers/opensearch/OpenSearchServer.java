import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.ingest.common.IngestCommonModulePlugin;
import org.opensearch.join.ParentJoinModulePlugin;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.script.expression.ExpressionModulePlugin;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One OpenSearch node on loopback, made of the libraries that are published: a distribution is not. Arguments: home
 * folder (with `config`, `modules` and `plugins`), data folder, HTTP port, transport port. Ends in order on SIGTERM.
 */
public final class OpenSearchServer extends Node {
    private static final List<Class<? extends Plugin>> MODULES = List.of(
        CommonAnalysisModulePlugin.class, Netty4ModulePlugin.class, ReindexModulePlugin.class, PainlessModulePlugin.class,
        MapperExtrasModulePlugin.class, ParentJoinModulePlugin.class, ExpressionModulePlugin.class, IngestCommonModulePlugin.class);

    private OpenSearchServer(Environment environment) {
        super(environment, MODULES.stream().map(OpenSearchServer::describe).toList(), true);
    }

    private static PluginInfo describe(Class<? extends Plugin> module) {
        return new PluginInfo(
            module.getSimpleName(), "part of the node", Version.CURRENT.toString(), Version.CURRENT, "21",
            module.getName(), null, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Settings settings = Settings.builder()
            .put("path.home", home)
            .put("path.data", arguments[1])
            .put("node.name", "mediamesh")
            .put("cluster.name", "mediamesh")
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[2])
            .put("transport.port", arguments[3])
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .put("discovery.type", "single-node")
            .put("node.processors", 2)
            .put("action.auto_create_index", false)
            // A laptop's disk is often nearly full: the node would turn its indexes read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        OpenSearchServer node = new OpenSearchServer(new Environment(settings, home.resolve("config")));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception error) {
                error.printStackTrace();
            } finally {
                stopped.countDown();
            }
        }));
        node.start();
        stopped.await();
    }
}
