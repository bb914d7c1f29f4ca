// Stand-in for the SR-IOV network device plugin: reads the same configuration and registers the same resources with the kubelet,
// but makes its devices up, so that no network card is needed. Each name in a resource's `pfNames` is one device; a range of
// virtual functions behind the name ("ens1f0#0-3") is as many. A pod gets the environment variable that the real plugin sets, and
// no device node.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

const configurationFile = "/etc/pcidp/config.json"

type resource struct {
	ResourceName   string
	ResourcePrefix string
	Selectors      struct{ PfNames []string }
}

func (r resource) name() string {
	if r.ResourcePrefix == "" {
		return "intel.com/" + r.ResourceName
	}
	return r.ResourcePrefix + "/" + r.ResourceName
}

func (r resource) devices() (devices []*api.Device) {
	for card, name := range r.Selectors.PfNames {
		first, last := 0, 0
		if _, span, found := strings.Cut(name, "#"); found {
			if count, _ := fmt.Sscanf(span, "%d-%d", &first, &last); count == 1 {
				last = first
			}
		}
		for function := first; function <= last; function++ {
			id := fmt.Sprintf("0000:%02x:10.%d", 0x80+card, function)
			devices = append(devices, &api.Device{ID: id, Health: api.Healthy})
		}
	}
	return devices
}

// The service that the kubelet calls, for one resource.
type plugin struct {
	resource resource
	ended    chan struct{}
}

func (p plugin) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{}, nil
}

func (p plugin) ListAndWatch(_ *api.Empty, stream api.DevicePlugin_ListAndWatchServer) error {
	if err := stream.Send(&api.ListAndWatchResponse{Devices: p.resource.devices()}); err != nil {
		return err
	}
	<-p.ended
	return nil
}

func (p plugin) GetPreferredAllocation(context.Context, *api.PreferredAllocationRequest) (*api.PreferredAllocationResponse, error) {
	return &api.PreferredAllocationResponse{}, nil
}

func (p plugin) PreStartContainer(context.Context, *api.PreStartContainerRequest) (*api.PreStartContainerResponse, error) {
	return &api.PreStartContainerResponse{}, nil
}

func (p plugin) Allocate(_ context.Context, request *api.AllocateRequest) (*api.AllocateResponse, error) {
	variable := "PCIDEVICE_" + strings.ToUpper(strings.NewReplacer(".", "_", "/", "_", "-", "_").Replace(p.resource.name()))
	answer := &api.AllocateResponse{}
	for _, container := range request.ContainerRequests {
		answer.ContainerResponses = append(answer.ContainerResponses, &api.ContainerAllocateResponse{
			Envs: map[string]string{variable: strings.Join(container.DevicesIDs, ",")},
		})
	}
	return answer, nil
}

// Serves one resource until the kubelet removes the socket, which it does when it starts: the resource is to be registered
// again then.
func serve(r resource) error {
	endpoint := strings.ReplaceAll(r.name(), "/", "_") + ".sock"
	path := filepath.Join(api.DevicePluginPath, endpoint)
	os.Remove(path)
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	p := plugin{resource: r, ended: make(chan struct{})}
	server := grpc.NewServer()
	api.RegisterDevicePluginServer(server, p)
	go server.Serve(listener)
	defer server.Stop()
	defer close(p.ended)

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	kubelet, err := grpc.DialContext(ctx, "unix://"+api.KubeletSocket, grpc.WithInsecure(), grpc.WithBlock())
	if err != nil {
		return fmt.Errorf("%s: %w", api.KubeletSocket, err)
	}
	defer kubelet.Close()
	request := &api.RegisterRequest{Version: api.Version, Endpoint: endpoint, ResourceName: r.name()}
	if _, err := api.NewRegistrationClient(kubelet).Register(ctx, request); err != nil {
		return fmt.Errorf("registration: %w", err)
	}
	log.Printf("%s: registered with %d devices", r.name(), len(r.devices()))
	for {
		time.Sleep(time.Second)
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("the kubelet has started again: %w", err)
		}
	}
}

func main() {
	var configuration struct{ ResourceList []resource }
	text, err := os.ReadFile(configurationFile)
	if err == nil {
		err = json.Unmarshal(text, &configuration)
	}
	if err != nil {
		log.Fatalf("%s: %v", configurationFile, err)
	}
	for _, r := range configuration.ResourceList {
		go func(r resource) {
			for {
				log.Printf("%s: %v", r.name(), serve(r))
				time.Sleep(time.Second)
			}
		}(r)
	}
	select {}
}
