import { ActionIcon } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus, type TablerIcon } from '@tabler/icons-react';
import { Panel, useReactFlow } from '@xyflow/react';
import classes from './graph.module.css';

export function GraphControls() {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Panel position="top-right" className={classes.controls}>
      <Control label="Zoom in" icon={IconPlus} onClick={() => void zoomIn()} />
      <Control label="Zoom out" icon={IconMinus} onClick={() => void zoomOut()} />
      <Control label="Show all" icon={IconMaximize} onClick={() => void fitView({ padding: 0.05, maxZoom: 1 })} />
    </Panel>
  );
}

function Control({ label, icon: Icon, onClick }: { label: string; icon: TablerIcon; onClick: () => void }) {
  return (
    <ActionIcon variant="default" size="md" aria-label={label} title={label} onClick={onClick}>
      <Icon size={16} aria-hidden />
    </ActionIcon>
  );
}
