import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** DynamoDB Local on 127.0.0.1 only: by itself it listens on every address. Takes the arguments of DynamoDB Local. */
public final class DynamoDbServer {
    private DynamoDbServer() {}

    public static void main(String[] arguments) throws Exception {
        DynamoDBProxyServer proxy = ServerRunner.createServerFromCommandLineArgs(arguments);
        Field field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        for (Connector connector : ((Server) field.get(proxy)).getConnectors()) {
            if (connector instanceof ServerConnector socket) socket.setHost("127.0.0.1");
            else throw new IllegalStateException("DynamoDB Local has a connector that cannot be kept on loopback: " + connector);
        }
        proxy.safeStart();
    }
}
